// Looks around in /sys: the first line of an attribute, the entries of a folder. For what is asked
// seldom; what is read each second keeps its descriptor (kept_file).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pmactor {

/// @returns the first line of a small file, without trailing blanks and NULs; empty if it cannot be
/// read.
std::string read_first_line(const std::filesystem::path& file);

/// @returns the paths of the folder's entries, by name; none if it cannot be listed.
std::vector<std::filesystem::path> list_entries(const std::filesystem::path& folder);

} // namespace pmactor
