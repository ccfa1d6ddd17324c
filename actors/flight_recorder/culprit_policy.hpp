// From how much on a process is named as a culprit of an event, and how many are.
#pragma once

#include <cstddef>

namespace pmactor {

/// Not set by users.
struct culprit_policy {
  std::size_t most = 5;
  double least_cpu_pct = 20;         ///< Of one core.
  double least_io_rate = 5e6;        ///< Bytes per second.
  /// Bytes per second. Disks that moved less all together were not held up by traffic.
  double least_disk_rate = 1e6;
  double least_memory_share = 0.2;   ///< Held, of the machine's memory.
  double least_memory_growth = 0.02; ///< Gained across the pause, of the machine's memory.
  double least_blame = 0.15;         ///< Of the harm that is recorded: who did less is not named.
  friend bool operator==(const culprit_policy&, const culprit_policy&) = default;
};

} // namespace pmactor
