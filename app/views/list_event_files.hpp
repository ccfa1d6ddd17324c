// Which files were kept of an event.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pmactor {

/// @param folder as the database has it, whatever that is; only one below `events/` is looked into.
/// @returns the names of an event's files, 64 at most, in order. Foreign bytes.
std::vector<std::string> event_files(const std::filesystem::path& data, const std::string& folder);

} // namespace pmactor
