// All that the user may set of the KERNEL LOG.
#pragma once

#include <chrono>
#include <cstdint>

namespace pmactor {

/// `[incidents]` in the settings.
struct kernel_log_policy {
  bool enabled = true;
  /// An incident is reported so long after its first line: what follows says more, and a pause or
  /// stall of which it is evidence is known by then.
  std::chrono::nanoseconds settle = std::chrono::seconds{3};
  /// What comes sooner than this after the last line of an incident, about the same device, belongs
  /// to it.
  std::chrono::nanoseconds join = std::chrono::minutes{1};
  std::uint32_t most_per_hour = 30;
  friend bool operator==(const kernel_log_policy&, const kernel_log_policy&) = default;
};

} // namespace pmactor
