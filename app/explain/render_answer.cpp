#include "app/explain/render_answer.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/json_form.hpp"
#include "app/views/scope_words.hpp"
#include "messages/pause.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

std::string word_of(span_verdict x) {
  return x == span_verdict::held_up ? "held_up" : x == span_verdict::clear ? "clear" : "unknown";
}

std::string word_of(span_effect x) {
  static constexpr std::array words{"off",    "asleep",   "paused",    "unwitnessed", "stalled",
                                    "slowed", "reported", "clock_set", "alone",       "noted"};
  return words[static_cast<std::size_t>(x)];
}

/// @returns percents that say 100 only of all, and 0 only of nothing.
std::string percent(double x) {
  if (x <= 0 || x >= 100)
    return printed("%.0f %%", x);
  return x < 1 || x > 99 ? printed("%.2f %%", std::clamp(x, 0.01, 99.99)) : printed("%.1f %%", x);
}

/// @param exact with milliseconds.
std::string moment_of(double time, bool exact) {
  auto result = moment_words(time, "%H:%M:%S");
  if (exact)
    result += printed(".%03d", static_cast<int>((time - std::floor(time)) * 1000));
  return result;
}

/// Nothing is known to have held the machine up, and not all of the span is known: what is, and why
/// the rest is not.
std::string unknown_headline(const span_answer& x) {
  constexpr double negligible = 1e-6, uncertain = 1e-3;
  if (x.open && x.open->is_held_up)
    return "Not known: pmactor has been held up since " + moment_of(x.open->time.from, false)
           + " and still is, and " + std::string{machine_may_have_run} + '.';
  if (x.open)
    return "Not known yet: pmactor runs, and since " + moment_of(x.open->time.from, false) + " nothing was stored.";
  const auto missing = x.not_recorded - x.to_come;
  if (x.unwitnessed > negligible && missing > negligible)
    return "Not known: pmactor was paused for " + span_words(x.unwitnessed) + ", and "
           + span_words(missing) + " are not recorded.";
  if (x.unwitnessed > negligible)
    return "Not known for " + span_words(x.unwitnessed)
           + ": pmactor was paused, and " + std::string{machine_may_have_run} + '.';
  if (x.lived > 0 && missing <= negligible)
    return "Nothing held it up so far (" + span_words(x.to_come) + " still to come).";
  if (x.lived > 0)
    return "Not known: what is recorded of it was lived, but not all of it is recorded.";
  if (missing <= negligible)
    return "Not known: it is still to come.";
  if (x.ended <= negligible && x.not_due + uncertain >= missing)
    return "Not known: pmactor ran, and its next sample was not due.";
  if (x.ended + x.not_due + uncertain >= missing)
    return "Not known: pmactor did not run (" + outage_words(x) + "), so nothing is recorded of it.";
  if (x.before_all + uncertain >= missing)
    return "Not known: the history begins " + moment_words(x.begins, "%F %T") + ", after it.";
  return "Not known: nothing is recorded of it.";
}

/// @returns what pmactor alone went through, as half a sentence: "was stopped".
std::string held_alone(const std::vector<const span_event*>& pauses) {
  const auto cause = pause_cause_from(pauses.front()->cause);
  const bool is_one = std::all_of(pauses.begin(), pauses.end(), [&](const span_event* x) {
    return pause_cause_from(x->cause) == cause;
  });
  return is_one && cause == pause_cause::stopped  ? "was stopped"
         : is_one && cause == pause_cause::frozen ? "was frozen"
         : is_one && cause == pause_cause::traced ? "was held by a debugger"
                                                  : "was held up";
}

/// @returns the events by their numbers: "(pause 3, 4)". @pre There is one, and all are of one kind.
std::string numbers_of(const std::vector<const span_event*>& events) {
  std::vector<std::string> numbers;
  for (const auto* x : events)
    numbers.push_back(std::to_string(x->id));
  return "(" + escaped(kind_in_words(*events.front())) + ' ' + joined(numbers) + ')';
}

/// Nothing held the machine up, and all of the span is known: what is worth a word all the same.
std::string clear_headline(const span_answer& x) {
  std::vector<const span_event*> alone, critical;
  for (const auto& one : x.found)
    if (!one.at_edge && one.event.effect == span_effect::alone)
      alone.push_back(&one.event);
    else if (!one.at_edge && one.event.kind == "critical")
      critical.push_back(&one.event);
  const auto of_pmactor
    = alone.empty() ? "" : std::string{of_pmactor_alone} + ' ' + held_alone(alone) + ' ' + numbers_of(alone);
  if (!critical.empty())
    return "No freeze, but " + (critical.size() == 1 ? critical.front()->why : std::string{"critical stress"}) + ' '
           + numbers_of(critical) + (alone.empty() ? "" : "; " + of_pmactor) + '.';
  return alone.empty() ? "No: nothing held it up." : "No: the machine ran on; " + of_pmactor + '.';
}

std::string headline(const span_answer& x) {
  if (x.verdict == span_verdict::unknown)
    return unknown_headline(x);
  if (x.verdict == span_verdict::clear)
    return clear_headline(x);
  std::string parts;
  const auto add = [&parts](double seconds, const char* what) {
    if (seconds > 0)
      parts += (parts.empty() ? "" : ", ") + std::string{what} + ' ' + span_words(seconds);
  };
  add(x.off, "off");
  add(x.asleep, "asleep");
  add(x.paused, "paused");
  add(x.stalled, "something did not answer for");
  add(x.slowed, "slowed for");
  if (!parts.empty())
    return "Yes: " + parts + ".";
  for (const auto& one : x.found)
    if (one.at_edge)
      return "Perhaps: an event touches its edge.";
  return "It did not stand still, but something happened then.";
}

/// @returns how many cells of a line are written to.
std::size_t columns_of(const text_style& style) {
  return std::max<std::size_t>(style.width, 20) - 1;
}

std::string lines_of(const std::string& text, std::size_t margin, std::size_t columns) {
  std::string result;
  for (const auto& line : wrapped(text, columns - margin))
    result += std::string(result.empty() ? 0 : margin, ' ') + line + '\n';
  return result;
}

std::string event_lines(const span_event& x, double overlap, bool has_overlap, std::size_t columns) {
  auto length = x.time.to > x.time.from ? span_words(x.time.length()) : "";
  auto line = "  " + moment_of(x.time.from, true) + "  "
              + padded(escaped(kind_in_words(x)) + ' ' + std::to_string(x.id), 14) + ' ' + padded(length, 9)
              + ' ';
  std::string says = x.why;
  if (!x.who.empty())
    says += "; " + escaped(x.who);
  if (!x.scope.empty())
    says += " (" + x.scope + ')';
  if (x.lasts)
    says += " (it lasts)";
  if (has_overlap && overlap < x.time.length() - 1e-3)
    says +=
      overlap > 0 ? ", " + span_words(overlap) + " of it in the span" : ", at the edge of the span";
  constexpr std::size_t least_room = 16, small_margin = 6;
  const auto margin = width_of(line);
  if (margin + least_room > columns)
    return line.substr(0, line.find_last_not_of(' ') + 1) + '\n' + std::string(small_margin, ' ') + lines_of(says, small_margin, columns);
  return line + lines_of(says, margin, columns);
}

json stretch_json(const stretch& x) {
  auto result = json::object();
  put_moment(result, "from", std::optional{x.from});
  put_moment(result, "to", std::optional{x.to});
  return result;
}

json event_object(const span_event& x) {
  json result{{"id", x.id}, {"kind", x.kind}, {"effect", word_of(x.effect)}};
  put_moment(result, "started", std::optional{x.time.from});
  put_moment(result, "ended", x.lasts ? std::nullopt : std::optional{x.time.to});
  result.update({{"uncertainty", x.uncertainty}, {"why", x.why}, {"who", x.who.empty() ? json{} : json(x.who)}});
  return result;
}

} // namespace

std::string render_answer(const span_answer& x, const text_style& style) {
  const auto tone = x.verdict == span_verdict::clear     ? paint::green
                    : x.verdict == span_verdict::held_up ? paint::red
                                                         : paint::yellow;
  const auto columns = columns_of(style);
  std::string result;
  for (const auto& line : wrapped(headline(x), columns))
    result += painted(line, tone, style) + '\n';
  result += '\n';
  const bool same_day = moment_words(x.span.from, "%F") == moment_words(x.span.to, "%F");
  const auto add = [&](const std::string& text) { result += "  " + lines_of(text, 2, columns); };
  add(moment_words(x.span.from, "%A %Y-%m-%d ") + moment_of(x.span.from, x.span.length() < 10) + " to "
      + (same_day ? "" : moment_words(x.span.to, "%F ")) + moment_of(x.span.to, x.span.length() < 10) + ", "
      + span_words(x.span.length()));
  const bool is_partly = x.not_recorded + x.unwitnessed > 0 && x.lived_pct;
  add("lived " + (x.lived_pct ? percent(*x.lived_pct) : std::string{"unknown"})
      + (is_partly ? " of the " + span_words(x.span.length() - x.not_recorded - x.unwitnessed) + " that are known"
                   : ""));
  if (!x.found.empty())
    result += '\n';
  constexpr std::size_t most = 40; // a person reads no more; `--json` has them all
  for (std::size_t i = 0; i < x.found.size() && i < most; ++i)
    result += event_lines(x.found[i].event, x.found[i].overlap, true, columns);
  if (x.found.size() > most)
    result += "  and " + grouped(x.found.size() - most) + " more\n";
  if (!x.nearby.empty())
    result += "\nNearby, and not in it\n";
  for (const auto& one : x.nearby)
    result += event_lines(one, 0, false, columns);
  result += "\nNot known\n";
  for (const auto& one : x.gaps)
    add(moment_words(one.from, "%F %T") + " to " + moment_words(one.to, "%F %T") + ", " + span_words(one.length())
        + (x.open && one.from >= x.open->time.from ? ": not recorded yet" : ": not recorded"));
  for (const auto& one : x.not_known)
    add(one);
  return spelled(std::move(result), style);
}

std::string answer_json(const span_answer& x) {
  json found = json::array(), nearby = json::array(), gaps = json::array();
  for (const auto& one : x.found) {
    auto object = event_object(one.event);
    object["overlap"] = one.overlap;
    object["at_edge"] = one.at_edge;
    found.push_back(std::move(object));
  }
  for (const auto& one : x.nearby)
    nearby.push_back(event_object(one));
  for (const auto& one : x.gaps)
    gaps.push_back(stretch_json(one));
  auto document = begin_json();
  document["verdict"] = word_of(x.verdict);
  document.update(stretch_json(x.span));
  document.update({{"lived_pct", x.lived_pct ? json(*x.lived_pct) : json{}},
                      {"seconds",
                       {{"lived", x.lived},
                        {"off", x.off},
                        {"asleep", x.asleep},
                        {"paused", x.paused},
                        {"unwitnessed", x.unwitnessed},
                        {"not_recorded", x.not_recorded},
                        {"stalled", x.stalled},
                        {"slowed", x.slowed}}},
                      {"events", std::move(found)},
                      {"nearby", std::move(nearby)},
                      {"gaps", std::move(gaps)},
                      {"not_known", x.not_known}});
  auto& open = document["in_progress"];
  if (x.open) {
    open = stretch_json(x.open->time);
    open.update({{"held_up", x.open->is_held_up}, {"why", x.open->why}});
  }
  return dumped(document, false);
}

} // namespace pmactor
