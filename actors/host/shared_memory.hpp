// Memory that is shared with a child process.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <cstddef>

namespace pmactor {

/// @returns memory of this size, all zeros, as a file without a name: nothing but its descriptor leads to it.
/// Where the system can, its size is fixed for good.
/// @throws std::system_error if there is none to be had.
owned_descriptor open_shared_memory(std::size_t bytes);

} // namespace pmactor
