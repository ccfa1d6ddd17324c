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

/// @returns how many of those that were just missed were never owed, as a pause of this length, which the
/// state's origin knows of, came before them.
std::uint64_t missed_by_pause(const tick_state& state, nanoseconds length, nanoseconds now,
                              const tick_policy& policy) {
  if (length > now - state.missed_at) { // it was over when they were given up
    const auto owed = lived(state, state.missed_at, policy);
    const auto made = state.made_then + policy.catch_up;
    return state.just_missed - std::min(state.just_missed, owed > made ? owed - made : 0);
  }
  const auto made = state.ticks + state.missed;
  const auto owed = lived(state, now, policy);
  return made > owed ? made - owed : 0;
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
    state.just_missed = owed - made - policy.catch_up;
    state.missed += state.just_missed;
    state.missed_at = now;
    state.made_then = made;
  }
  state.last = now;
  state.due = next_due(state, policy);
  return state;
}

tick_state skip_gap(tick_state state, nanoseconds length, nanoseconds now,
                    const tick_policy& policy) {
  state.origin += std::max(length, nanoseconds{});
  const auto taken_back = std::min(state.just_missed, missed_by_pause(state, length, now, policy));
  state.missed -= taken_back;
  state.just_missed -= taken_back;
  // The late tick stands for the second that the pause cut in two, so the next one may be nearly two
  // periods away. More than that has been ticked through by us: it was lived, whoever else paused.
  const auto next = slot(state, state.ticks + state.missed + 1, policy);
  if (next > now + 2 * policy.period)
    state.origin -= next - (now + 2 * policy.period);
  state.due = next_due(state, policy);
  return state;
}

} // namespace pmactor
