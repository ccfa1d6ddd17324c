#include "actors/system_metrics/decide_tick.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

nanoseconds slot(const tick_state& state, std::uint64_t number, const tick_policy& policy) {
  return state.origin + static_cast<std::int64_t>(number) * policy.period;
}

/// Slots that have come due; the start itself is the first.
std::uint64_t lived(const tick_state& state, nanoseconds now, const tick_policy& policy) {
  return now <= state.origin ? 0 : static_cast<std::uint64_t>((now - state.origin) / policy.period);
}

/// Takes back what was given up because of a pause of this length, which the state's origin knows of.
void take_back(tick_state& state, nanoseconds length, nanoseconds now, const tick_policy& policy) {
  std::uint64_t taken_back = 0;
  for (auto x = state.recent.rbegin(); x != state.recent.rend(); ++x) {
    if (length <= now - x->at)
      continue; // the pause may have come later
    x->made -= taken_back;
    const auto owed = lived(state, x->at, policy);
    const auto in_time = x->made + policy.catch_up;
    const auto still = std::min(x->count, owed > in_time ? owed - in_time : 0);
    taken_back += x->count - still;
    x->count = still;
  }
  state.missed -= taken_back;
}

/// Two ticks are never closer than half a period: rates over less say little.
nanoseconds next_due(const tick_state& state, const tick_policy& policy) {
  const auto due = slot(state, state.ticks + state.missed + 1, policy);
  return state.ticks == 0 ? due : std::max(due, state.last + policy.period / 2);
}

} // namespace

tick_state start_ticking(nanoseconds now, const tick_policy& policy) {
  tick_state state;
  state.origin = now - policy.period;
  state.due = now;
  return state;
}

tick_state decide_tick(tick_state state, nanoseconds now, const tick_policy& policy) {
  ++state.ticks;
  const auto made = state.ticks + state.missed;
  const auto owed = lived(state, now, policy);
  if (owed > made + policy.catch_up) {
    const auto count = owed - made - policy.catch_up;
    state.missed += count;
    std::shift_right(state.recent.begin(), state.recent.end(), 1);
    state.recent.front() = {count, now, made};
  }
  state.last = now;
  state.due = next_due(state, policy);
  return state;
}

tick_state skip_gap(tick_state state, nanoseconds length, nanoseconds now,
                    const tick_policy& policy) {
  state.origin += std::max(length, nanoseconds{});
  take_back(state, length, now, policy);
  // The late tick stands for the second that the pause cut in two, so the next one may be nearly two
  // periods away. More than that has been ticked through by us: it was lived, whoever else paused.
  const auto next = slot(state, state.ticks + state.missed + 1, policy);
  if (next > now + 2 * policy.period)
    state.origin -= next - (now + 2 * policy.period);
  state.due = next_due(state, policy);
  return state;
}

} // namespace pmactor
