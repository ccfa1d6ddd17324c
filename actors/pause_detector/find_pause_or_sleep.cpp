#include "actors/pause_detector/find_pause_or_sleep.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

nanoseconds lateness_of(const late_beat& beat) {
  return std::max(nanoseconds::zero(), beat.after.at.awake - beat.deadline);
}

std::optional<nanoseconds> held_up(const late_beat& beat) {
  if (!beat.recorded || !beat.recorded->onset)
    return std::nullopt;
  // Ready for most of the time and yet not preempted: it had gone on sleeping when it became so, and when others took
  // its CPU is not recorded.
  const auto& before = beat.before.own_wait;
  const auto& after = beat.after.own_wait;
  if (before && after && *after - *before > beat.recorded->preempted + beat.recorded->blocked / 2)
    return std::nullopt;
  return std::max(nanoseconds::zero(), beat.after.at.awake - *beat.recorded->onset);
}

nanoseconds sleep_of(const late_beat& beat, const pause_policy& policy) {
  const auto& before = beat.before.at;
  const auto& after = beat.after.at;
  const auto parted = (after.total - before.total) - (after.awake - before.awake);
  return parted > policy.least_sleep ? parted : nanoseconds::zero();
}

std::vector<pause_event> find_pause_or_sleep(const late_beat& beat, const pause_policy& policy) {
  std::vector<pause_event> result;
  const auto late = lateness_of(beat);
  const auto asleep = sleep_of(beat, policy);
  pause_event found;
  found.before = beat.before.at;
  found.after = beat.after.at;
  found.ended = beat.after.at.wall;
  found.expected = beat.period;
  found.asleep = asleep;
  if (beat.period > nanoseconds::zero())
    found.latency_ratio = to_seconds(beat.after.at.awake - beat.before.at.awake)
                          / to_seconds(beat.period);
  if (asleep > nanoseconds::zero()) {
    auto& sleep = result.emplace_back(found);
    sleep.kind = event_kind::sleep;
    sleep.duration = asleep;
    sleep.started = sleep.ended - asleep;
    sleep.id = mint_event_id(sleep.kind, sleep.started);
  }
  const auto enough = asleep > nanoseconds::zero()
                        ? std::max(policy.least_lateness, policy.sleep_margin)
                        : policy.least_lateness;
  // The freezer of a sleep leaves the same records as what it is not.
  const auto recorded =
    asleep > nanoseconds::zero() ? nanoseconds::zero() : held_up(beat).value_or(nanoseconds::zero());
  if (std::max(late, recorded + policy.recorded_error) >= enough) {
    auto& pause = result.emplace_back(found);
    pause.kind = event_kind::pause;
    const bool is_recorded = recorded > nanoseconds::zero();
    pause.uncertainty = is_recorded ? policy.recorded_error : beat.period / 2;
    pause.duration = is_recorded ? std::max(recorded, late) : late + pause.uncertainty;
    pause.started = pause.ended - pause.duration - asleep;
    pause.id = mint_event_id(pause.kind, pause.started);
  }
  return result;
}

} // namespace pmactor
