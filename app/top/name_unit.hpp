// By what name people call the control group of a process: its unit, or the container it is of.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @param path as /proc/PID/cgroup has it, e.g. "/system.slice/ssh.service".
/// @returns "ssh.service"; "docker 0123456789ab" for a container; empty for the root.
std::string name_unit(std::string_view path);

/// @param text of /proc/PID/cgroup. @returns the path of version 2's line, or else of systemd's
/// own; empty if there is none.
std::string group_path(std::string_view text);

} // namespace pmactor
