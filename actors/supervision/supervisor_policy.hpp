// All that the user may set of the SUPERVISOR.
#pragma once

#include <chrono>
#include <cstdint>

namespace pmactor {

/// `[supervision]` in the settings.
struct supervisor_policy {
  std::uint32_t intensity = 10; ///< More restarts than this within the period are a failure for good.
  std::chrono::nanoseconds period = std::chrono::seconds{60};
  std::chrono::nanoseconds backoff_first = std::chrono::milliseconds{100}; ///< Before the second
                                                 ///< restart within the period; the first is at once.
  std::chrono::nanoseconds backoff_max = std::chrono::seconds{5}; ///< Doubles up to this.
  friend bool operator==(const supervisor_policy&, const supervisor_policy&) = default;
};

} // namespace pmactor
