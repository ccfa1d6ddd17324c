// Puts a whole file in place of another.
#pragma once

#include <filesystem>
#include <string>

namespace pmactor {

/// Writes it under another name first, so that nobody ever reads half of it. Makes its folder if
/// need be.
/// @throws std::runtime_error, one sentence with what to do, if it cannot.
void write_file(const std::filesystem::path& file, const std::string& content, unsigned mode);

} // namespace pmactor
