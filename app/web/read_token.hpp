// Reads what the web server is secured with, and makes tokens that cannot be guessed.
#pragma once

#include <filesystem>
#include <string>

namespace pmactor::web {

/// @returns the token: the first line of the file.
/// @throws std::runtime_error, one sentence, if others than its owner may read the file, or the
/// token is too short.
std::string read_token(const std::filesystem::path& file);

/// @returns a file of at most 64 KB, as certificates and keys are.
/// @throws std::runtime_error, one sentence.
std::string read_small_file(const std::filesystem::path& file);

/// @returns 64 digits of the system's random generator.
std::string random_word();

} // namespace pmactor::web
