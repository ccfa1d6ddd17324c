// Reads a line of /proc/PID/mountinfo. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// One mount. Views into the line: what may hold blanks is still escaped, see mount_path().
struct mount_line {
  std::string_view device;  ///< "8:1"
  std::string_view root;    ///< What of the file system is mounted.
  std::string_view point;   ///< Where.
  std::string_view type;    ///< "ext4", "fuse.sshfs"
  std::string_view source;  ///< "/dev/sda1", "nas:/export"
  std::string_view options; ///< Of the file system, between commas.
};

/// @returns nothing for a line that is cut or makes no sense.
std::optional<mount_line> parse_mount(std::string_view line);

/// @returns a path or name as it is: the kernel writes a blank as \040 and the like.
std::string mount_path(std::string_view escaped);

/// @returns whether a program of this machine is behind it.
bool is_fuse(std::string_view type);

/// @returns whether the other end of it is another machine: its source is host:/path or //host/share, or its
/// type is one of those whose sources are not.
bool is_remote(std::string_view type, std::string_view source);

} // namespace pmactor
