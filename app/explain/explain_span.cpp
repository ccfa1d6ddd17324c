#include "app/explain/explain_span.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

std::string words_of(double seconds) {
  return spelled(std::chrono::nanoseconds{std::llround(std::min(seconds, 1e9) * 1e9)});
}

/// @returns whether the event is that pmactor did not run, while the machine may have.
bool is_end_of_pmactor(const span_event& x) {
  return x.kind == "outage" && x.effect == span_effect::noted;
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

/// A hole between two samples, and what of it no event accounts for.
struct open_hole {
  stretch time;
  std::vector<stretch> rest;
  double length = 0; ///< Of the rest.
  bool may_teach = true; ///< How far apart samples were stored: not if it is known that pmactor did not run.
};

/// @returns the lengths of the holes from *first* on that follow on each other.
std::vector<double> run_of(const std::vector<open_hole>& holes, std::size_t first) {
  std::vector<double> result;
  for (auto i = first; i < holes.size() && (i == first || holes[i - 1].time.to >= holes[i].time.from); ++i)
    result.push_back(holes[i].may_teach ? holes[i].length : 0);
  return result;
}

/// @returns what of the holes no event accounts for. The daemon stores nothing while it does not
/// run, so a hole less what is known to have been no time of running must be longer than a step to
/// be a gap. Before the oldest sample any is: no step led there. @param ended when pmactor did not
/// run. @param now at which no step ends.
/// @param answer whose span is known; gets the longest step within it that is no gap.
std::vector<stretch> gaps_of(span_answer& answer, const span_record& record, const std::vector<stretch>& accounted,
                             const std::vector<stretch>& ended, const record_policy& policy, double now) {
  const auto near = [](const std::vector<stretch>& all, const stretch& time) {
    const auto first = std::partition_point(all.begin(), all.end(), [&](const auto& x) { return x.to <= time.from; });
    const auto last = std::partition_point(first, all.end(), [&](const auto& x) { return x.from < time.to; });
    return std::vector<stretch>{first, last};
  };
  std::vector<open_hole> holes;
  for (const auto& hole : record.holes) {
    open_hole one{hole, without({hole}, near(accounted, hole)), 0, hole.to < now && near(ended, hole).empty()};
    one.length = total_of(one.rest);
    holes.push_back(std::move(one));
  }
  answer.longest_step = policy.longest_step();
  std::vector<stretch> result;
  if (record.is_empty)
    result = without({answer.span}, accounted);
  else if (record.begins)
    result = without({{answer.span.from, std::max(answer.span.from, *record.begins)}}, accounted);
  std::vector<double> run;
  for (std::size_t i = 0, first = 0; i < holes.size(); ++i) {
    if (i == first + run.size()) {
      first = i;
      run = run_of(holes, first);
    }
    const auto& x = holes[i];
    if (x.length <= policy.longest_step())
      continue;
    const auto step = x.may_teach ? find_regular_step(run, i - first) : std::nullopt;
    if (!step)
      result.insert(result.end(), x.rest.begin(), x.rest.end());
    else if (x.time.from < answer.span.to && x.time.to > answer.span.from)
      answer.longest_step = std::max(answer.longest_step, *step + step_slack);
  }
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
    // An outage begins with the last sign of life: it may be shorter, and reaches nowhere else.
    const auto beyond = x.kind == "outage" ? 0 : x.uncertainty;
    const stretch widened{x.time.from - beyond, x.time.to + beyond};
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

/// Decides why what is not recorded is not.
void explain_gaps(span_answer& answer, const std::vector<stretch>& ended, const span_record& record,
                  double now) {
  auto rest = within(answer.gaps, {answer.span.from, std::min(answer.span.to, now)});
  answer.to_come = std::max(0.0, answer.span.to - std::max(now, answer.span.from));
  const auto take = [&rest](const std::vector<stretch>& x) {
    const auto before = total_of(rest);
    rest = without(rest, x);
    return before - total_of(rest);
  };
  answer.ended = take(ended);
  if (answer.ended > 0) {
    for (const auto& x : answer.found)
      if (is_end_of_pmactor(x.event) && !x.at_edge)
        (kind_in_words(x.event) == x.event.kind ? answer.outages : answer.stops).push_back(x.event.id);
    if (record.over_since && *record.over_since < answer.span.to)
      answer.over_since = record.over_since;
  }
  auto around = ended;
  for (auto& x : around)
    x = {x.from - answer.longest_step, x.to + answer.longest_step};
  answer.not_due = take(merged(std::move(around)));
  if (record.begins && *record.begins > answer.span.from) {
    answer.before_all = take({{answer.span.from, *record.begins}});
    if (answer.before_all > 0)
      answer.begins = record.begins;
  }
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
  constexpr double negligible = 1e-6;
  if (answer.ended > negligible)
    says.push_back(words_of(answer.ended) + " of it were not recorded: pmactor did not run (" + outage_words(answer)
                   + ").");
  if (answer.not_due > negligible)
    says.push_back("For " + words_of(answer.not_due)
                   + " pmactor ran, and its next sample was not due: it was about to end, or had just started.");
  if (answer.before_all > negligible)
    says.push_back("The history begins " + moment_words(answer.begins, "%F %T") + ", and "
                   + words_of(answer.before_all) + " of it were before.");
  const auto not_yet = answer.open ? total_of(within(answer.gaps, answer.open->time)) : 0.0;
  if (const auto missing = answer.not_recorded - not_yet - answer.to_come - answer.ended - answer.not_due
                         - answer.before_all;
      missing > negligible)
    says.push_back(words_of(missing)
                   + " of it were not recorded: pmactor did not run then, could not store it, or what it stored is "
                     "past its retention.");
  if (answer.unwitnessed > 0)
    says.push_back("For " + words_of(answer.unwitnessed)
                   + " pmactor was held up by what need not reach other programs; whether it reached any "
                     "is not known.");
  for (const auto& x : answer.found)
    if (x.at_edge) {
      says.push_back("An event at the edge may lie just outside: begin and end are known to within "
                     + words_of(x.event.uncertainty) + ".");
      break;
    }
  says.push_back("Pauses under " + words_of(policy.least_pause)
                 + " are not kept, and a gap in the record of up to "
                 + words_of(answer.longest_step) + " is not noticed.");
}

} // namespace

std::string kind_in_words(const span_event& x) {
  return x.called.empty() ? x.kind : x.called;
}

std::string outage_words(const span_answer& x) {
  std::string result;
  const auto add = [&result](const std::string& words) {
    result += (result.empty() ? "" : ", and ") + words;
  };
  for (const auto& [ids, kind] : {std::pair{&x.outages, "outage"}, std::pair{&x.stops, "stop"}}) {
    std::vector<std::string> numbers;
    for (const auto id : *ids)
      numbers.push_back(std::to_string(id));
    if (!numbers.empty())
      add(kind + std::string{numbers.size() == 1 ? " " : "s "} + joined(numbers));
  }
  if (x.over_since)
    add("since " + moment_words(x.over_since, "%F %T"));
  return result;
}

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
  std::vector<stretch> ended;
  for (const auto& x : record.events)
    if (is_end_of_pmactor(x))
      ended.push_back(x.time);
  if (record.over_since)
    ended.push_back({*record.over_since, now});
  ended = merged(std::move(ended));
  auto gaps = gaps_of(answer, record, together(accounted, time_of(record.events, span_effect::alone)), ended, policy, now);
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
  explain_gaps(answer, ended, record, now);
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
