// What the drives count is for who may ask them, which the sandboxed service may not: the unit has it
// noted before the daemon is started.
#pragma once

#include <filesystem>

namespace pmactor {

/// Where the unit has it noted, and the daemon reads it: a folder of root's, whatever the data folder.
inline constexpr const char* noted_drives = "/run/pmactor/drives";

/// Asks the drives and writes down what they say. It is a child that asks, as a drive may never answer:
/// then it is left behind after a few seconds.
/// @returns whether it was written.
bool note_drives(const std::filesystem::path& file);

} // namespace pmactor
