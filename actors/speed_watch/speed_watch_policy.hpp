// All that the user may set of the SPEED WATCH.
#pragma once

#include <chrono>

namespace pmactor {

/// `[slowed]` in the settings.
struct speed_watch_policy {
  bool enabled = true;
  double busy_at = 0.7;    ///< A CPU that is busy for this share of a second counts.
  double slow_below = 0.5; ///< Of the frequency that the hardware is capable of.
  std::chrono::nanoseconds least = std::chrono::seconds{5};
  std::chrono::nanoseconds over_after =
    std::chrono::seconds{5};  ///< Of seconds that are not slow, or idle.
  double stolen_at = 0.2;     ///< Of what was wanted within a minute.
  double least_stolen = 0.03; ///< Of all the time of the CPUs.
  friend bool operator==(const speed_watch_policy&, const speed_watch_policy&) = default;
};

} // namespace pmactor
