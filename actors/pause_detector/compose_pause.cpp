#include "actors/pause_detector/compose_pause.hpp"

#include "actors/pause_detector/choose_cause.hpp"
#include "actors/pause_detector/find_pause_or_sleep.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

pause_event compose_pause(pause_event found, const late_beat& beat, const ledger_policy& policy,
                          nanoseconds least_wall_step) {
  if (found.kind == event_kind::sleep) {
    found.book[pause_cause::asleep] = {found.duration,
                                       "the clock that stops in a sleep stood still for "
                                         + spelled(found.duration)};
    if (const auto late = lateness_of(beat); late > beat.period)
      found.evidence.push_back(spelled(late) + " awake around it");
  } else {
    found.book = book_ledger(beat, found.duration, found.uncertainty, policy);
    // What took a lesser part of it did not hold up all that was held up.
    found.machine_lost_time = 2 * missing_time(beat, policy) > found.duration;
  }
  const auto chosen = choose_cause(found.book, found.duration, beat);
  found.cause = chosen.cause;
  found.sure = chosen.sure;

  if (found.kind == event_kind::pause && found.asleep > nanoseconds::zero())
    found.evidence.push_back("the machine was also asleep for " + spelled(found.asleep)
                             + ", which is not counted");
  if (const auto& recorded = beat.recorded; found.kind == event_kind::pause && recorded && recorded->onset)
    found.evidence.push_back("the kernel recorded when its thread left its CPU: it was off it for "
                             + spelled(recorded->blocked + recorded->preempted)
                             + (recorded->preempted > policy.noise
                                  ? ", of which it was preempted for " + spelled(recorded->preempted)
                                  : std::string{}));
  const bool in_a_line =
    std::any_of(found.book.lines.begin(), found.book.lines.end(), [](const ledger_line& x) {
      return x.evidence.find("found itself locked up") != std::string::npos;
    });
  if (const auto stalls = grown(beat.before.kernel_stalls, beat.after.kernel_stalls);
      stalls && *stalls > 0 && !in_a_line)
    found.evidence.push_back("the kernel counted " + std::to_string(*stalls)
                             + " lockups or RCU stalls");
  if (beat.before.group_moves != beat.after.group_moves)
    found.evidence.push_back(
      "pmactor was moved to another control group, so that a freeze or a quota "
      "would not show");
  // They happened, but whether they held the beat up is not known.
  if (const auto pages = grown(beat.before.swapped_in, beat.after.swapped_in); pages && *pages > 0)
    found.evidence.push_back(std::to_string(*pages) + (*pages == 1 ? " page" : " pages")
                             + " of memory came back from swap around it");
  if (const auto level = beat.after.memory_level; level && *level > 1)
    found.evidence.push_back(*level >= 4 ? "the kernel called the memory pressure critical"
                                         : "the kernel warned of memory pressure");
  if (found.cause == pause_cause::unexplained) {
    const auto idle = grown(beat.before.own_wait, beat.after.own_wait);
    const bool silent =
      !grown(beat.before.continues, beat.after.continues).value_or(0) && !found.machine_lost_time;
    if (idle && *idle < policy.noise && silent)
      found.evidence.push_back("its thread neither ran nor was ready to run, and no signal continued "
                               "it: perhaps a debugger or a freezer that keeps no count");
  }
  if (const auto step = wall_step(beat.before.at, beat.after.at);
      step > least_wall_step || step < -least_wall_step)
    found.evidence.push_back("the wall clock was set " + std::string{step < nanoseconds{} ? "back" : "forward"}
                             + " by " + spelled(step < nanoseconds{} ? -step : step));
  return found;
}

} // namespace pmactor
