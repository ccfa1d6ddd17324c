#include "app/explain/explain_span.hpp"

#include "app/views/escape.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pmactor {
namespace {

std::string words_of(double seconds) {
  return spelled(std::chrono::nanoseconds{std::llround(std::min(seconds, 1e9) * 1e9)});
}

/// @returns the time of all events with this effect.
std::vector<stretch> time_of(const std::vector<span_event>& events, span_effect effect) {
  std::vector<stretch> result;
  for (const auto& x : events)
    if (x.effect == effect)
      result.push_back(x.time);
  return merged(std::move(result));
}

std::vector<stretch> together(std::vector<stretch> a, const std::vector<stretch>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return merged(std::move(a));
}

/// @returns what of the holes no event accounts for. The daemon stores nothing while it does not
/// run, so a hole less what is known to have been no time of running must be longer than a step to
/// be a gap.
std::vector<stretch> gaps_of(const span_record& record, const std::vector<stretch>& accounted,
                             const record_policy& policy) {
  std::vector<stretch> result;
  for (const auto& hole : record.holes)
    if (const auto rest = without({hole}, accounted); total_of(rest) > policy.longest_step())
      result.insert(result.end(), rest.begin(), rest.end());
  return merged(std::move(result));
}

bool reaches_into(const stretch& x, const stretch& span) {
  // An event without a length is a moment.
  return x.to > x.from ? x.from < span.to && x.to > span.from
                       : x.from >= span.from && x.from < span.to;
}

/// @returns whether an event of this kind answers the question whether the machine was held up.
bool holds_up(span_effect x) {
  return x != span_effect::noted && x != span_effect::alone && x != span_effect::unwitnessed;
}

void find_events(span_answer& answer, const std::vector<span_event>& events,
                 const record_policy& policy) {
  const auto& span = answer.span;
  for (const auto& x : events) {
    const stretch widened{x.time.from - x.uncertainty, x.time.to + x.uncertainty};
    if (reaches_into(x.time, span)) {
      const auto overlap =
        stretch{std::max(x.time.from, span.from), std::min(x.time.to, span.to)}.length();
      answer.found.push_back({x, overlap, false});
    } else if (reaches_into(widened, span)) {
      answer.found.push_back({x, 0, true});
    } else if (reaches_into(x.time, {span.from - policy.nearby, span.to + policy.nearby})) {
      answer.nearby.push_back(x);
    }
  }
  std::stable_sort(answer.found.begin(), answer.found.end(), [](const auto& a, const auto& b) {
    return a.event.time.from < b.event.time.from;
  });
  std::stable_sort(answer.nearby.begin(), answer.nearby.end(),
                   [](const auto& a, const auto& b) { return a.time.from < b.time.from; });
}

void say_what_is_not_known(span_answer& answer, const record_policy& policy, double now) {
  auto& says = answer.not_known;
  if (answer.span.to > now)
    says.push_back(answer.span.from >= now ? "The span lies in the future."
                                           : "The last " + words_of(answer.span.to - now)
                                               + " of the span lie in the future.");
  if (const auto& open = answer.open)
    says.push_back("For " + words_of(open->time.length())
                   + (open->is_held_up ? " pmactor has been held up, and it still is" : " nothing was stored, though pmactor runs")
                   + ": " + escaped(open->why) + ". What it is about is recorded once it is over.");
  const auto not_yet = answer.open ? total_of(within(answer.gaps, answer.open->time)) : 0.0;
  if (const auto missing =
        answer.not_recorded - not_yet - std::max(0.0, answer.span.to - std::max(now, answer.span.from));
      missing > 1e-6)
    says.push_back(
      words_of(missing)
      + " of it were not recorded: pmactor did not run then, or what it stored is past "
        "its retention.");
  if (answer.unwitnessed > 0)
    says.push_back("For " + words_of(answer.unwitnessed)
                   + " pmactor was held up by what need not reach other programs; whether they "
                     "were, was not seen.");
  for (const auto& x : answer.found)
    if (x.at_edge) {
      says.push_back("An event at the edge may lie just outside: begin and end are known to within "
                     + words_of(x.event.uncertainty) + ".");
      break;
    }
  says.push_back("Pauses under " + words_of(policy.least_pause)
                 + " are not kept, and a gap in the record of up to "
                 + words_of(policy.longest_step()) + " is not noticed.");
}

} // namespace

span_answer explain_span(const stretch& span, const span_record& record,
                         const record_policy& policy, double now) {
  span_answer answer;
  answer.span = span;
  const auto off = time_of(record.events, span_effect::off);
  const auto asleep = time_of(record.events, span_effect::asleep);
  const auto paused = time_of(record.events, span_effect::paused);
  auto unwitnessed = time_of(record.events, span_effect::unwitnessed);
  if (record.open && reaches_into(record.open->time, span)) {
    answer.open = record.open;
    if (record.open->is_held_up)
      unwitnessed = together(std::move(unwitnessed), {record.open->time});
  }
  const auto accounted = together(together(off, asleep), together(paused, unwitnessed));
  // Alone, too, pmactor stored nothing, but what it would have seen is known from its child.
  auto gaps =
    gaps_of(record, together(accounted, time_of(record.events, span_effect::alone)), policy);
  if (span.to > now)
    gaps = together(std::move(gaps), {{std::max(span.from, now), span.to}});
  // What an instant was is said by the first of these that has it.
  std::vector<stretch> rest{span};
  const auto take = [&rest](const std::vector<stretch>& x) {
    const auto before = total_of(rest);
    rest = without(rest, x);
    return before - total_of(rest);
  };
  answer.off = take(off);
  answer.asleep = take(asleep);
  answer.paused = take(paused);
  answer.unwitnessed = take(unwitnessed);
  answer.gaps = within(without(gaps, accounted), span);
  answer.not_recorded = take(gaps);
  answer.lived = total_of(rest);
  const auto lived = rest;
  answer.stalled = take(time_of(record.events, span_effect::stalled));
  rest = lived;
  answer.slowed = take(time_of(record.events, span_effect::slowed));
  if (const auto known = span.length() - answer.not_recorded - answer.unwitnessed; known > 1e-9)
    answer.lived_pct = std::clamp(answer.lived / known * 100, 0.0, 100.0);
  find_events(answer, record.events, policy);
  const bool is_held_up =
    std::any_of(answer.found.begin(), answer.found.end(),
                [](const span_finding& x) { return holds_up(x.event.effect); });
  constexpr double negligible = 1e-6; // what the sum of floating point numbers may be off by
  answer.verdict = is_held_up                                              ? span_verdict::held_up
                   : answer.not_recorded + answer.unwitnessed > negligible ? span_verdict::unknown
                                                                           : span_verdict::clear;
  say_what_is_not_known(answer, policy, now);
  return answer;
}

} // namespace pmactor
