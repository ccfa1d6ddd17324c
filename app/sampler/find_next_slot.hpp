// Decides when the next sample is due. Slots lie a whole number of intervals after the start, so that
// the time a sample takes does not add up; slots missed in a stall are not made up for.
#pragma once

#include <chrono>

namespace pmactor {

/// @returns the first slot after *last* that is at least half an interval away from *now*: rates over
/// less would be noise.
constexpr std::chrono::nanoseconds find_next_slot(std::chrono::nanoseconds last,
                                                  std::chrono::nanoseconds now,
                                                  std::chrono::nanoseconds interval) {
  auto next = last + interval;
  if (next < now + interval / 2)
    next += ((now + interval / 2 - next - std::chrono::nanoseconds{1}) / interval + 1) * interval;
  return next;
}

} // namespace pmactor
