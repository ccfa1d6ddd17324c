// The namespaces in which a process lives: outside of them its pid means another process, and its clocks
// another time.
#pragma once

#include <cstdint>

namespace pmactor {

/// As the kernel numbers them; 0 where it has none or does not show them.
struct namespace_ids {
  std::uint64_t pid = 0, time = 0;
  friend bool operator==(const namespace_ids&, const namespace_ids&) = default;
};

/// @returns those of this process.
namespace_ids own_namespaces();

} // namespace pmactor
