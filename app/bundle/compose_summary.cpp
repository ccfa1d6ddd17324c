#include "app/bundle/compose_summary.hpp"

#include "app/report/render_report.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/scope_words.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t most_items = 12, width = 78;

std::string ledger_lines(const event_row& x) {
  std::vector<std::pair<double, std::string>> lines;
  const auto evidence = parsed(x.evidence);
  const auto book = parsed(x.ledger);
  for (const auto& [line, seconds] : book.items()) {
    if (!seconds.is_number() || !(seconds.get<double>() > 0) || lines.size() == most_items)
      continue;
    auto text = escaped(line) + ": " + span_words(seconds.get<double>());
    if (x.duration.value_or(0) > 0)
      text += printed(" (%.0f %%)", seconds.get<double>() / *x.duration * 100);
    for (const auto& one : evidence.is_array() ? evidence : json::array())
      if (text_at(one, "line") == line)
        text += ", " + escaped(text_at(one, "says"));
    lines.emplace_back(seconds.get<double>(), std::move(text));
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string result;
  for (const auto& [seconds, text] : lines)
    result += text + '\n';
  return result;
}

/// Adds a title and its lines, each folded and with a dash.
void add_list(std::string& to, const char* title, const std::string& lines) {
  if (lines.empty())
    return;
  to += std::string{"\n"} + title + "\n";
  for (std::string_view rest = lines; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    bool first = true;
    for (const auto& line : wrapped(rest.substr(0, end), width - 4)) {
      to += (first ? "  - " : "    ") + line + '\n';
      first = false;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

} // namespace

std::string compose_summary(const report_facts& facts, const machine_facts& machine) {
  const auto& x = facts.event;
  const auto headline = escaped(headline_of(facts));
  std::string result =
    headline + '\n' + std::string(std::min(width_of(headline), width), '=') + "\n\n";
  const auto line = [&result](const char* what, const std::string& text) {
    if (text.empty())
      return;
    bool first = true;
    for (const auto& part : wrapped(text, width - 10)) {
      result += (first ? padded(what, 10) : std::string(10, ' ')) + part + '\n';
      first = false;
    }
  };
  line("Event",
       escaped(kind_in_words(x)) + ' ' + std::to_string(x.id) + ", pmactor " + escaped(facts.version));
  line("When", moment_words(x.started, "%Y-%m-%d %H:%M:%S %z") + (stall_lasts(x) ? ", " : ", for ")
                 + length_so_far(x, std::nullopt));
  line("Cause", x.cause.empty()
                  ? ""
                  : escaped(x.cause)
                      + (x.confidence.empty() ? "" : ", " + escaped(x.confidence) + " confidence"));
  line("Scope", x.kind == "pause"      ? scope_in_words(x.scope)
                : x.scope == "unknown" ? ""
                                       : escaped(x.scope));
  line("Stress", x.stress_total ? printed("%.0f of 100 points before it", *x.stress_total) : "");
  line("Again", escaped(facts.likeness.words));
  line("Machine", escaped(machine_words(machine)));
  line("Note", escaped(x.notes));
  add_list(result, "Where the time went", ledger_lines(x));
  std::string suspects;
  for (const auto& one : facts.suspects)
    suspects += escaped(one.name) + (one.pid > 0 ? " (" + std::to_string(one.pid) + ")" : "")
                + (one.reason.empty() ? "" : ": " + escaped(one.reason)) + '\n';
  add_list(result, are_accused(x) ? "Suspects, the likeliest first" : "Busy at the time", suspects);
  std::string waiting;
  if (x.kind == "stall")
    waiting = escaped(waiting_in_words(x)) + '\n';
  add_list(result, "Waited", waiting == "\n" ? "" : waiting);
  std::string noticed;
  std::size_t count = 0;
  const auto evidence = parsed(x.evidence);
  for (const auto& one : evidence.is_array() ? evidence : json::array())
    if (one.is_object() && !one.contains("line") && ++count <= most_items)
      noticed += escaped(text_at(one, "says")) + '\n';
  const auto findings = list_at(parsed(facts.capture), "findings");
  for (const auto& one : findings)
    if (one.is_string() && ++count <= most_items)
      noticed += escaped(one.get<std::string>()) + '\n';
  add_list(result, "Noticed", noticed);
  return spelled(result, text_style{false, false, width});
}

} // namespace pmactor
