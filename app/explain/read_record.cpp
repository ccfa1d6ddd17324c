#include "app/explain/read_record.hpp"

#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "app/views/scope_words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

span_effect effect_of_pause(const event_row& x) {
  const auto cause = pause_cause_from(x.cause).value_or(pause_cause::unexplained);
  const auto scope = pause_scope_from(x.scope).value_or(pause_scope::unknown);
  return cause == pause_cause::asleep           ? span_effect::asleep // in which no clock stood still
         : scope == pause_scope::daemon_only    ? span_effect::alone
         : may_have_spared_others(scope, cause) ? span_effect::unwitnessed
                                                : span_effect::paused;
}

span_effect effect_of(const event_row& x) {
  return x.kind == "pause"      ? effect_of_pause(x)
         : x.kind == "sleep"    ? span_effect::asleep
         : x.kind == "stall"    ? span_effect::stalled
         // One of the daemon alone is a gap in the record, and the machine may have been fine.
         : x.kind == "outage"   ? (was_of_machine(x) ? span_effect::off : span_effect::noted)
         : x.kind == "slowed"   ? span_effect::slowed
         : x.kind == "incident" ? span_effect::reported
         : x.kind == "clock"    ? span_effect::clock_set
                                : span_effect::noted;
}

} // namespace

record_policy record_policy_of(const settings& conf) {
  record_policy result;
  // What was stored earlier was stored by settings of its time, which are the default ones unless they were changed.
  result.every = std::max(result.every, to_seconds(std::max({conf.sampling.period, conf.sampling.normal_every,
                                                             conf.sampling.elevated_every})));
  result.least_pause = to_seconds(conf.pauses.find.least_lateness);
  return result;
}

span_event span_event_of(const event_row& x, double known_until) {
  span_event result;
  result.id = x.id;
  result.kind = x.kind;
  if (auto words = kind_in_words(x); words != x.kind)
    result.called = std::move(words);
  result.effect = effect_of(x);
  const auto from = x.started.value_or(0);
  // Where a pause and a sleep lie in one gap, the sleep is an event of its own and stands at the
  // end.
  const auto asleep = x.kind == "pause" ? x.asleep.value_or(0) : 0;
  result.time = {from, std::max(from, x.ended.value_or(from + x.duration.value_or(0)) - asleep)};
  result.uncertainty = std::max(0.0, x.uncertainty.value_or(0));
  result.lasts = stall_lasts(x);
  if (result.lasts)
    result.time.to = std::max(result.time.to, known_until);
  if (result.effect == span_effect::alone || result.effect == span_effect::unwitnessed)
    result.scope = scope_in_words(x.scope);
  result.cause = x.cause;
  result.why = event_reason(x);
  if (const auto points = x.kind == "critical" ? points_in_words(x, {}) : ""; !points.empty())
    result.why += ": " + points;
  result.who = main_suspect(x);
  return result;
}

span_record read_record(event_reader& events, history_reader& history, const stretch& span,
                        const record_policy& policy, double now, bool daemon_lives) {
  span_record result;
  // What lies between the two samples around the span decides whether there is a gap, and those beyond how far apart
  // samples were stored then.
  hole_finder holes{span.from, policy};
  const auto until = std::max(span.from, std::min(span.to, now));
  stretch reach{span.from - policy.nearby, span.to + policy.nearby};
  bool has_any = false, has_later = false;
  history.times(span.from, until, [&](double time) {
    if (!has_any && time < span.from)
      holes.before(time);
    else
      holes.add(time);
    if (!has_any && time >= span.from)
      result.begins = time;
    has_any = true;
    has_later = has_later || time >= until;
    reach = {std::min(reach.from, time), std::max(reach.to, time)};
  });
  result.is_empty = !has_any;
  // Behind the newest sample the record goes on as long as the next one is not overdue.
  const auto end = has_later ? until : std::max(until, now);
  result.holes = holes.end(end);
  // What lasts was last known to do so when the record ends: the daemon may have died since.
  const bool has_ended = !daemon_lives && !has_later && !result.holes.empty() && result.holes.back().to >= end;
  const auto known_until = has_ended ? result.holes.back().from : now;
  event_range range;
  range.ends_after = reach.from;
  range.until = std::max(reach.to, end) + 1;
  events.events(range, [&](const event_row& x) {
    result.events.push_back(span_event_of(x, known_until));
    return true;
  });
  return result;
}

} // namespace pmactor
