// All that a user may set about the scheduler's flight recorder, and what is at its default.
#pragma once

#include <chrono>
#include <cstddef>

namespace pmactor {

struct switch_recorder_policy { // `[recorder]` in the settings
  bool enabled = true;
  /// Bytes of the kernel's memory for the rings of all CPUs together; each gets a power of two of it.
  std::size_t memory = 4'000'000;
  /// While a stall lasts, what was recorded of it is taken out so often, before it is overwritten.
  std::chrono::nanoseconds take_every = std::chrono::seconds{5};
  friend bool operator==(const switch_recorder_policy&, const switch_recorder_policy&) = default;
};

/// @returns the bytes of one CPU's ring: a power of two from 32 KiB to 512 KiB.
constexpr std::size_t ring_size(const switch_recorder_policy& policy, std::size_t cpus) {
  std::size_t result = 512U << 10;
  while (result > (32U << 10) && result * cpus > policy.memory)
    result /= 2;
  return result;
}

} // namespace pmactor
