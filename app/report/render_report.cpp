#include "app/report/render_report.hpp"

#include "actors/notifier/compose_notice.hpp"
#include "app/report/draw_blame.hpp"
#include "app/report/draw_timeline.hpp"
#include "app/report/render_capture.hpp"
#include "app/report/report_markup.hpp"
#include "app/report/report_style.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_facts.hpp"
#include "app/views/scope_words.hpp"
#include "messages/pause.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

using namespace report;
using json = nlohmann::ordered_json;

constexpr std::size_t longest_name = 120;
constexpr std::size_t most_suspects = 8;
constexpr std::size_t most_items = 40; ///< Of any list.

// ---- texts
// ----------------------------------------------------------------------------------------

std::string zone_of(std::optional<double> when) {
  auto text = moment_words(when, "%z");
  if (text.size() == 5)
    text.insert(3, ":");
  return text == "unknown" ? "" : "UTC" + text;
}

// ---- the event in words
// -----------------------------------------------------------------------------

/// @returns the sentence that a message says of it.
notice_message words_of(const report_facts& facts) {
  const auto& x = facts.event;
  const auto length =
    std::chrono::nanoseconds{std::llround(std::clamp(x.duration.value_or(0), 0.0, 1e9) * 1e9)};
  notice result;
  result.pauses = 1;
  event_record record;
  record.event.duration = length;
  record.event.cause = pause_cause_from(x.cause).value_or(pause_cause::unexplained);
  record.event.sure = confidence_of(x);
  record.event.scope = pause_scope_from(x.scope).value_or(pause_scope::unknown);
  result.longest = std::move(record);
  return compose_notice(result);
}

struct line_style {
  const char* key;
  const char* name;
  const char* colour; ///< The name of a CSS variable.
};

constexpr std::array<line_style, pause_causes> ledger_styles{{
  {"asleep", "Asleep", "--slate"},
  {"stopped", "Stopped by a signal", "--violet"},
  {"frozen", "Control group frozen", "--sky"},
  {"cpu_wait", "Waited for a CPU", "--orange"},
  {"quota", "CPU quota used up", "--amber"},
  {"io", "Waited for a disk", "--teal"},
  {"memory", "Waited for memory", "--plum"},
  {"stolen", "Taken by the hypervisor", "--red"},
  {"interrupts", "Served interrupts", "--orange"},
  {"kernel", "Held by kernel code", "--red"},
  {"firmware", "Held by the firmware", "--red"},
  {"traced", "Held by a debugger", "--violet"},
  {"own_work", "pmactor's own work", "--green"},
  {"unexplained", "Unexplained", "--slate"},
}};

line_style style_of(const std::string& key) {
  for (const auto& x : ledger_styles)
    if (key == x.key)
      return x;
  return {"", "", "--slate"};
}

// ---- sections
// -----------------------------------------------------------------------------------------

std::string fact(const char* what, const std::string& value, const std::string& more = {}) {
  return std::string{"<div><dt>"} + what + "</dt><dd>" + value
         + (more.empty() ? "" : "<small>" + more + "</small>") + "</dd></div>";
}

std::string facts_grid(const report_facts& facts) {
  const auto& x = facts.event;
  std::string result = "<dl class=\"facts\">";
  result +=
    fact(stall_lasts(x) ? "Lasts" : "Lasted", html(length_so_far(x, std::nullopt)),
         x.uncertainty.value_or(0) > 0 ? "give or take " + html(span_words(x.uncertainty)) : "");
  if (x.kind == "pause") {
    const auto cause = pause_cause_from(x.cause);
    result +=
      fact("Cause", html(cause ? capitalised(cause_in_words(*cause, confidence_of(x))) : "Unknown"),
           x.confidence.empty() ? "" : html(x.confidence) + " confidence");
    const auto scope = words_of_scope(x.scope);
    result += fact("What was paused", html(scope.what), html(scope.why));
    if (x.latency_ratio && x.expected)
      result += fact("Late", number(*x.latency_ratio) + " times",
                     "the expected " + html(span_words(x.expected)));
    if (x.asleep.value_or(0) > 0)
      result += fact("Asleep", html(span_words(x.asleep)), "beside it, not counted");
  }
  if (x.kind == "outage") {
    result += fact("Confidence", html(x.confidence));
    for (const auto& [what, text] : outage_facts_in_words(x))
      result += fact(what.c_str(), html(text));
  } else {
    for (const auto& [what, text] : facts_lines(x))
      if (what != "Line" && what != "Last line")
        result += fact(html(what).c_str(), html(text, longest_name));
  }
  if (facts.stall)
    result += fact("Part of", "Stall " + std::to_string(facts.stall->id),
                   html(stall_in_words(*facts.stall) + " for " + span_words(facts.stall->duration)));
  if (facts.parts.count > 0)
    result += fact("Pauses of the beat", std::to_string(facts.parts.count),
                   html(span_words(facts.parts.total) + " in all, the longest " + span_words(facts.parts.longest)));
  if (x.stress_total)
    result += fact("Stress before", number(*x.stress_total), "of 100 points");
  const auto& host = facts.host;
  if (host.cpus)
    result += fact("Processors", std::to_string(*host.cpus));
  if (host.memory)
    result += fact("Memory", html(bytes_text(*host.memory)));
  if (host.booted && x.started && *x.started > *host.booted)
    result += fact("Up for", html(to_words(std::chrono::seconds{std::llround(*x.started - *host.booted)})), "when it began");
  return result + "</dl>";
}

/// @returns "11:23:45 to 11:23:57", with milliseconds where the seconds are the same.
std::string stretch_of(const event_row& x) {
  const auto moment = [](std::optional<double> when, bool exact) {
    auto text = moment_words(when, "%H:%M:%S");
    if (exact && when && text != "unknown")
      text += printed(".%03d", static_cast<int>((*when - std::floor(*when)) * 1000));
    return "<time>" + html(text) + "</time>";
  };
  const bool exact = x.started && x.ended && *x.ended - *x.started < 10;
  return moment(x.started, exact) + " to " + moment(x.ended, exact);
}

std::string ledger_section(const event_row& x) {
  const auto book = parsed(x.ledger);
  const auto evidence = parsed(x.evidence);
  const auto duration = x.duration.value_or(0);
  if (!book.is_object() || book.empty() || !(duration > 0))
    return {};
  std::vector<std::pair<std::string, double>> lines;
  for (const auto& [line, seconds] : book.items())
    if (lines.size() < most_items && seconds.is_number() && seconds.get<double>() > 0)
      lines.emplace_back(line, std::min(seconds.get<double>(), duration));
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string stack, list;
  for (const auto& [line, seconds] : lines) {
    const auto style = style_of(line);
    const auto share = seconds / duration * 100;
    const std::string name = *style.name ? std::string{style.name} : html(line, longest_name);
    const auto colour =
      std::string{"style=\"--c:var("} + style.colour + ");--w:" + number(share, 2) + "%\"";
    stack += "<i " + colour + "></i>";
    list += "<li " + colour + "><div class=\"row\"><span class=\"what\">" + name
            + "</span><span class=\"long\">" + html(span_words(seconds))
            + "</span><span class=\"share\">" + number(share, share < 10 ? 1 : 0)
            + "\u202F%</span></div><div class=\"bar\"><i></i></div>";
    for (const auto& one : evidence.is_array() ? evidence : json::array())
      if (text_at(one, "line") == line)
        list += "<p>" + html(text_at(one, "says")) + "</p>";
    list += "</li>";
  }
  return section("ledger", "Where the time went",
                 // One line's own bar says all that there is to say.
                 (lines.size() > 1 ? "<div class=\"stack\" aria-hidden=\"true\">" + stack + "</div>" : std::string{})
                   + "<ol class=\"ledger\">" + list + "</ol>");
}

/// @returns whether a reason does not begin with what the process did: its share, "55 % of the wait for the CPUs", or
/// what several did, "5 processes wrote 298 MB/s".
bool begins_with_amount(const std::string& reason) {
  return !reason.empty() && reason.front() >= '0' && reason.front() <= '9';
}

std::string suspects_section(const report_facts& facts, const time_axis& axis) {
  const bool has_none = facts.event.kind == "outage" ? facts.suspects.empty() : !facts_title(facts.event).empty();
  if (facts.event.kind == "sleep" || has_none)
    return {};
  if (facts.suspects.empty())
    return section("suspects", "Suspects",
                   facts.event.cause == "stopped" || facts.event.cause == "frozen"
                     ? "<p class=\"none\">None: a process that is busy has no part in such a stop.</p>"
                     : "<p class=\"none\">No process did enough of what can have led to it.</p>");
  std::string list;
  for (const auto& x : facts.suspects) {
    list += "<li><h3>" + name_of(x.name.empty() ? "(no name)" : x.name)
            + (x.pid > 0 ? " <span>process " + std::to_string(x.pid) + "</span></h3>" : "</h3>");
    if (!x.reason.empty())
      list += "<p>" + html(x.reason) + "</p>";
    list += spark(x, axis) + "</li>";
  }
  return section("suspects", are_accused(facts.event) ? "Suspects, the likeliest first" : "Busy at the time",
                 "<ol class=\"suspects\">" + list + "</ol>");
}

std::string noticed_section(const event_row& x) {
  if (x.kind == "outage") {
    std::string verdict;
    for (const auto& says : outage_evidence(x))
      verdict += "<li>" + html(says) + "</li>";
    return verdict.empty() ? verdict
                           : section("noticed", "What speaks for it, the strongest first",
                                     "<ul class=\"plain\">" + verdict + "</ul>");
  }
  const auto evidence = parsed(x.evidence);
  std::string list;
  std::size_t count = 0;
  for (const auto& [what, text] : facts_lines(x))
    if (what == "Line" || what == "Last line")
      list += "<li><code>" + html(text) + "</code></li>";
  for (const auto& one : evidence.is_array() ? evidence : json::array())
    if (one.is_object() && !one.contains("line") && !text_at(one, "says").empty()
        && ++count <= most_items)
      list += "<li>" + html(text_at(one, "says")) + "</li>";
  return list.empty() ? list
                      : section("noticed", "Also noticed", "<ul class=\"plain\">" + list + "</ul>");
}

/// @returns what it is and by which number people call it.
std::string title_of(const event_row& event) {
  const std::string kind = event.kind == "pause"      ? "Pause"
                           : event.kind == "sleep"    ? "Sleep"
                           : event.kind == "stall"    ? "Stall"
                           : event.kind == "critical" ? "Critical stress"
                           : event.kind == "outage"   ? (was_mishap(event) ? "Outage" : "Stop")
                           : event.kind == "incident" ? "Incident"
                           : event.kind == "slowed"   ? "Slowed"
                           : event.kind == "clock"    ? "Clock"
                                                      : "Event";
  return kind + ' ' + std::to_string(event.id);
}

} // namespace

std::string headline_of(const report_facts& facts) {
  if (facts.event.kind == "sleep")
    return "Asleep for " + span_words(facts.event.duration);
  if (facts.event.kind == "outage")
    return capitalised(outage_in_words(facts.event));
  if (facts.event.kind == "critical")
    return stall_lasts(facts.event) ? "Critical stress" : "Critical stress for " + span_words(facts.event.duration);
  if (facts.event.kind == "stall")
    return stall_in_words(facts.event) + " for " + span_words(facts.event.duration);
  if (const auto title = facts_title(facts.event); !title.empty())
    return capitalised(title);
  return words_of(facts).title;
}

std::vector<report_suspect> suspects_of(const event_row& event) {
  std::vector<report_suspect> result;
  const auto culprits = parsed(event.culprits);
  for (const auto& one : culprits.is_array() ? culprits : json::array()) {
    if (result.size() == most_suspects)
      break;
    if (!one.is_object())
      continue;
    report_suspect x;
    if (const auto pid = one.find("pid"); pid != one.end() && pid->is_number_integer())
      x.pid = pid->get<std::int64_t>();
    x.start_time = number_at(one, "start_time");
    x.name = text_at(one, "name");
    x.reason = text_at(one, "reason");
    result.push_back(std::move(x));
  }
  return result;
}

std::string report_body(const report_facts& facts) {
  const auto& event = facts.event;
  const auto axis = axis_of(facts);
  const auto day = moment_words(event.started, "%A, %-d %B %Y");
  std::string result = "<header><p class=\"kind\"><b>" + html(title_of(event)) + "</b>"
            + (facts.host.name.empty() ? "" : " on " + name_of(facts.host.name))
            + (facts.host.system.empty() ? "" : ", " + html(facts.host.system)) + "</p><h1>" + with_whole_amounts(html(headline_of(facts)))
            + "</h1>";
  if (!facts.suspects.empty()) {
    const auto& first = facts.suspects.front();
    result += std::string{"<p class=\"lede\">"}
              + (are_accused(event) ? "The likeliest suspect: " : "Busy at the time: ") + "<b>"
              + name_of(first.name) + "</b>"
              + (first.reason.empty() ? "."
                                      : (begins_with_amount(first.reason) ? ": " : ", which ") + html(first.reason) + ".")
              + "</p>";
  }
  result += "<p class=\"when\">" + html(day) + ", " + stretch_of(event) + ' ' + html(zone_of(event.started)) + "</p>"
            + facts_grid(facts);
  if (!facts.likeness.words.empty())
    result += "<p class=\"when\">" + html(capitalised(facts.likeness.words), 300) + ".</p>";
  if (!event.notes.empty())
    result += "<p class=\"mine\">" + html(event.notes, 4000) + "</p>";
  result += "</header>\n<main>\n";
  result += section("timeline", "What led to it", timeline(facts, axis));
  result += ledger_section(event) + blame_section(event) + suspects_section(facts, axis) + noticed_section(event)
            + capture_section(facts);
  return result + "</main>\n";
}

std::string render_report(const report_facts& facts) {
  std::string result = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'; "
                       "base-uri 'none'; form-action 'none'\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" "
                       "content=\"noindex\">\n<title>"
                       + html(title_of(facts.event) + ": " + headline_of(facts)) + "</title>\n<style>"
                       + std::string{report_style} + "</style>\n</head>\n<body>\n";
  result += report_body(facts) + "<footer><p>Written by pmactor " + html(facts.version) + " on "
            + html(moment_words(facts.now, "%-d %B %Y at %H:%M"))
            + ". What no counter proves is called unexplained; "
              "what was not measured is left out."
            + (facts.names_machine ? identity_note() : "") + "</p></footer>\n</body>\n</html>\n";
  return result;
}

} // namespace pmactor
