// All that the user may set of the BLACK BOX.
#pragma once

#include <chrono>

namespace pmactor {

/// `[black_box]` in the settings.
struct black_box_policy {
  bool enabled = true;
  /// No record is older than this while the disks are at work anyway.
  std::chrono::nanoseconds period = std::chrono::seconds{10};
  /// The same under stress, and while a stall lasts. Not set by users.
  std::chrono::nanoseconds urgent_period = std::chrono::seconds{1};
  /// The same while nothing changes and the disks sleep.
  std::chrono::nanoseconds quiet_period = std::chrono::seconds{60};
  /// No disk falls asleep sooner than so long after it was last at work.
  std::chrono::nanoseconds sleeps_after = std::chrono::minutes{5};
  double urgent_stress = 30;  ///< Points from which on it is urgent.
  double changed_stress = 10; ///< Points by which the stress must differ to be news.
  /// Bytes that the disks move between two records by those records alone; more is the work of others.
  double own_bytes = 32 << 10;
  friend bool operator==(const black_box_policy&, const black_box_policy&) = default;
};

} // namespace pmactor
