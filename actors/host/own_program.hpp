// Where this program lies.
#pragma once

#include <filesystem>

namespace pmactor {

/// @returns its absolute path, by which it can be started again; where an upgrade has put another one in its
/// place, the system's own link to the running one, if there is such a link. On Linux it waits for no disk.
/// @throws std::exception if the system does not say.
std::filesystem::path own_program();

} // namespace pmactor
