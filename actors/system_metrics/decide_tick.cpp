#include "actors/system_metrics/decide_tick.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

tick_state start_ticking(nanoseconds now, const tick_policy& policy) {
  tick_state state;
  state.origin = now - policy.period;
  state.due = now;
  return state;
}

tick_state decide_tick(tick_state state, nanoseconds now, const tick_policy& policy) {
  ++state.ticks;
  const auto made = state.ticks + state.missed;
  const auto owed = static_cast<std::uint64_t>(std::max((now - state.origin) / policy.period, std::int64_t{0}));
  if (owed > made + policy.catch_up)
    state.missed += owed - made - policy.catch_up;
  state.last = now;
  const auto due = state.origin + static_cast<std::int64_t>(state.ticks + state.missed + 1) * policy.period;
  // Two ticks are never closer than half a period: rates over less say little.
  state.due = std::max(due, now + policy.period / 2);
  return state;
}

} // namespace pmactor
