// Removes folders, and nothing else: each step goes by a descriptor of the folder before and follows no
// symbolic link, so that whatever lies in them, nothing outside can go. Every call may wait for the disk.
#pragma once

#include <filesystem>
#include <string>

namespace pmactor {

/// Removes what has this name in a folder, and all in it, as far as it can be. Throws nothing.
/// @param parent a descriptor of the folder.
void remove_tree(int parent, const std::string& name);

/// Removes a folder that others may be reading: at once under another name, so that none finds half of it.
/// What is no plain name of something in it, or is hidden, is left alone.
/// @throws std::runtime_error with a sentence; not if it is gone already.
void remove_whole_folder(const std::filesystem::path& parent, const std::string& name);

/// Removes what remove_whole_folder() was interrupted in.
void finish_removals(const std::filesystem::path& parent);

} // namespace pmactor
