// What the drives count is for who may ask them, which the sandboxed service may not: the unit has it
// noted before the daemon is started.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pmactor {

/// Where the unit has it noted, and the daemon reads it: a folder of root's, whatever the data folder.
inline constexpr const char* noted_drives = "/run/pmactor/drives";

/// Asks the drives. May wait for ever: a drive may never answer.
/// @returns the list, for the boot that this is.
std::string list_drives();

/// Writes the list down as another process has it, which is left behind after a few seconds.
/// @param asks the command that prints what list_drives() returns.
/// @returns whether it was written.
bool note_drives(const std::filesystem::path& file, const std::vector<std::string>& asks);

} // namespace pmactor
