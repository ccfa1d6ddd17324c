// All that the user may set of the GROUP WATCH.
#pragma once

#include <chrono>
#include <cstdint>

namespace pmactor {

/// `[groups]` in the settings.
struct group_watch_policy {
  bool enabled = true;
  std::uint32_t most = 2000; ///< Groups that are looked at.
  /// A group that is held up for so long is a stall.
  std::chrono::nanoseconds least = std::chrono::seconds{1};
  double least_share = 0.2;   ///< Of the time between two looks: less is no remark.
  /// A group that its quota keeps from half of what it would have used is slowed; one that is goes
  /// on to be with half of that.
  double slowed_share = 0.5;
  /// For so long at least; a little less than lies between two looks.
  std::chrono::nanoseconds least_slowed = std::chrono::milliseconds{4500};
  double least_pressure = 20; ///< Percent.
  friend bool operator==(const group_watch_policy&, const group_watch_policy&) = default;
};

} // namespace pmactor
