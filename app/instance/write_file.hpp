// Puts a whole file in place of another, or writes into what is no file. The target is looked at
// first: links are followed, and a device, a pipe or a terminal is written into and never replaced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace pmactor {

/// What to do about a folder that is not there: our own are made, one that a user named may be a
/// mistake.
enum class missing_folder : std::uint8_t { make, refuse };

/// Writes a regular file under another name first, so that no reader ever sees half of it.
/// @param mode of a regular file.
/// @returns whether it is a regular file; else the content went through a device or pipe.
/// @throws std::runtime_error, one sentence with what to do, if it cannot.
bool write_file(const std::filesystem::path& file, const std::string& content, unsigned mode,
                missing_folder folder = missing_folder::make);

} // namespace pmactor
