#include "actors/powermetrics_reader/find_sleep_in_window.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {

using std::chrono::nanoseconds;

nanoseconds sleep_in_windows::add(const clock_sample& arrived, nanoseconds elapsed) {
  const auto last = std::exchange(last_, arrived);
  if (last.total <= nanoseconds{})
    return {};
  const auto since = arrived.total - last.total, awake = arrived.awake - last.awake;
  // Those that waited for a paused daemon arrive all at once, and the one whose window the sleep is in may be any of
  // them, or the next. One that comes in its own time has nothing to do with what was before the last.
  if (since > elapsed / 2)
    asleep_ = awake_ = {};
  asleep_ += std::max(nanoseconds{}, since - awake);
  awake_ += awake;
  // A window that is no longer than the time awake has no sleep in it: that of another producer may leave sleep out.
  const auto result = std::clamp(elapsed - awake_, nanoseconds{}, asleep_);
  asleep_ -= result;
  awake_ = std::max(nanoseconds{}, awake_ - (elapsed - result));
  return result;
}

} // namespace pmactor
