// What is mapped of the program and its libraries and is never written.
#pragma once

#include <cstdint>
#include <vector>

namespace pmactor {

struct address_range {
  std::uintptr_t begin, end; ///< Whole pages.
};

/// @returns the parts of the program and its libraries that are never written, not even when they are loaded. Reads none
/// of them.
std::vector<address_range> fixed_parts();

} // namespace pmactor
