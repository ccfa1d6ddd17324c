// All that the user may set of the SAMPLE POLICY.
#pragma once

#include <chrono>
#include <cstdint>

namespace pmactor {

/// `[sampling]` in the settings.
struct sampling_policy {
  std::chrono::nanoseconds period = std::chrono::seconds{1};      ///< Of the samples.
  std::chrono::nanoseconds normal_every = std::chrono::seconds{5}; ///< Stored, while normal;
  std::chrono::nanoseconds elevated_every = std::chrono::seconds{1}; ///< and while elevated.
  double elevate_at = 30;             ///< Stress at which the mode becomes elevated,
  double calm_below = 20;             ///< below which a sample is calm;
  std::uint32_t calm_samples = 5;     ///< so many on end end it.
  double critical_at = 60;            ///< Stress at which a critical episode begins,
  double relieved_below = 45;         ///< below which a sample is a relief;
  std::uint32_t relieved_samples = 5; ///< so many on end end it.
  std::chrono::nanoseconds alert_after = std::chrono::seconds{30}; ///< Of lived time in an episode.
  bool elevation = true; ///< False: never elevate, so that storing keeps to its normal pace.
  bool learning = false; ///< Score and store only: never elevate, capture or alert.
  friend bool operator==(const sampling_policy&, const sampling_policy&) = default;
};

} // namespace pmactor
