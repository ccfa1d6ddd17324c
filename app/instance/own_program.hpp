// Where this program lies.
#pragma once

#include <filesystem>

namespace pmactor {

/// @returns its absolute path.
/// @throws std::exception if the system does not tell.
std::filesystem::path own_program();

} // namespace pmactor
