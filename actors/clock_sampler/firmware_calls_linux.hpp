// Counts how often the firmware interrupted the CPUs (system management interrupts), where the CPU
// counts that and the kernel lets us read it: Intel's, with CAP_PERFMON.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <cstdint>
#include <optional>

namespace pmactor {

class firmware_calls {
public:
  /// Looks for the counter; what it lacks is absent.
  firmware_calls();
  /// @returns the count; all CPUs are interrupted together, so that one is as good as all. One
  /// system call.
  std::optional<std::uint64_t> read() const;
  bool is_open() const {
    return counter_.get() >= 0;
  }

private:
  owned_descriptor counter_;
};

} // namespace pmactor
