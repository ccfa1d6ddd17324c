// Decides when the black box writes a record: often while the machine is in trouble, seldom while
// it is at work, and hardly ever while nothing changes, so that a sleeping disk may sleep. Pure:
// time is an argument.
#pragma once

#include "actors/black_box/black_box_policy.hpp"

#include <chrono>
#include <optional>

namespace pmactor {

/// What is known at a second. Times on the lived clock.
struct record_question {
  std::chrono::nanoseconds now{};
  std::optional<std::chrono::nanoseconds>
    last;                 ///< When the last record was handed over; absent before the first.
  double stress = 0;      ///< Points, now.
  double last_stress = 0; ///< In the last record.
  double disk_bytes = 0;  ///< That the disks moved since the last record.
  /// When the disks were at work last, or the daemon was started; absent if that is long ago.
  std::optional<std::chrono::nanoseconds> last_work;
  bool stalls = false; ///< A stall is in progress.
};

/// @returns whether a record is due.
bool decide_record(const record_question& x, const black_box_policy& policy);

} // namespace pmactor
