#include "app/views/render_event.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_blame.hpp"
#include "app/views/render_facts.hpp"
#include "app/views/scope_words.hpp"
#include "app/views/terminal.hpp"
#include "messages/pause.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t widest_bar = 30;
constexpr std::size_t widest_spark = 60;

/// A moment with its milliseconds.
std::string exact_moment(std::optional<double> when, const char* format) {
  const auto words = moment_words(when, format);
  return words == "unknown"
           ? words
           : words + printed(".%03d", static_cast<int>((*when - std::floor(*when)) * 1000));
}

std::string escaped_at(const json& object, const char* key) {
  return escaped(text_at(object, key));
}

std::string why(const event_row& x) {
  if (x.kind == "critical")
    return "critical stress";
  if (x.kind == "stall")
    return escaped(stall_in_words(x));
  if (x.kind == "outage")
    return escaped(outage_in_words(x));
  if (const auto title = facts_title(x); !title.empty())
    return escaped(title);
  const auto cause = pause_cause_from(x.cause);
  return cause ? cause_in_words(*cause, confidence_of(x)) : "unknown";
}

/// @returns how much of the width is left beside so many columns, within these bounds.
std::size_t room_beside(std::size_t used, std::size_t width, std::size_t least, std::size_t most) {
  return std::clamp(width - std::min(width, used), least, most);
}

/// Folds a text at blanks so that each line, behind the margin, fits into the width. Where next to no room is left
/// behind the margin, it begins on a line of its own.
std::string folded(const std::string& text, std::size_t margin, std::size_t width) {
  constexpr std::size_t least_room = 16, small_margin = 6;
  std::string result;
  if (margin > small_margin && margin + least_room > width && margin + width_of(text) > width - 1) {
    margin = small_margin;
    result = '\n' + std::string(margin, ' ');
  }
  std::size_t used = margin;
  std::size_t begin = 0;
  while (begin < text.size()) {
    auto end = text.find(' ', begin);
    if (end == std::string::npos)
      end = text.size();
    const auto word = text.substr(begin, end - begin);
    if (used > margin && used + width_of(word) > width - 1) {
      result += '\n' + std::string(margin, ' ');
      used = margin;
    } else if (used > margin) {
      result += ' ';
      ++used;
    }
    result += word;
    used += width_of(word);
    begin = end + 1;
  }
  return result;
}

std::string bar(double share, std::size_t bar_width) {
  const auto cells = std::clamp(share, 0.0, 1.0) * static_cast<double>(bar_width);
  std::string result;
  auto whole = static_cast<std::size_t>(cells);
  for (std::size_t i = 0; i < whole; ++i)
    result += "█";
  static constexpr const char* parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto part = static_cast<std::size_t>((cells - static_cast<double>(whole)) * 8);
  if (part > 0 && whole < bar_width) {
    result += parts[part];
    ++whole;
  }
  return result + std::string(bar_width - whole, ' ');
}

std::string ledger_section(const event_row& x, std::size_t width) {
  const auto book = parsed(x.ledger);
  const auto evidence = parsed(x.evidence);
  if (!book.is_object() || book.empty() || x.duration.value_or(0) <= 0)
    return {};
  std::vector<std::pair<std::string, double>> lines;
  for (const auto& [line, seconds] : book.items())
    if (seconds.is_number())
      lines.emplace_back(line, seconds.get<double>());
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string result = "\nWhere the time went\n";
  for (const auto& [line, seconds] : lines) {
    const auto share = seconds / *x.duration;
    result += "  " + as_column(escaped(line), 12) + bar(share, room_beside(33, width, 5, widest_bar)) + "  "
              + as_column(span_words(seconds), 10) + printed("%4.0f %%\n", share * 100);
    for (const auto& one : evidence.is_array() ? evidence : json::array())
      if (escaped_at(one, "line") == escaped(line))
        result += "              " + folded(escaped_at(one, "says"), 14, width) + '\n';
  }
  return result;
}

/// What speaks for the verdict on an outage.
std::string verdict_section(const event_row& x, std::size_t width) {
  std::string result;
  for (const auto& says : outage_evidence(x))
    result += "  - " + folded(escaped(says), 4, width) + '\n';
  return result.empty() ? result : "\nWhat speaks for it, the strongest first\n" + result;
}

std::string noticed_section(const event_row& x, std::size_t width) {
  if (x.kind == "outage")
    return verdict_section(x, width);
  const auto evidence = parsed(x.evidence);
  std::string result;
  for (const auto& one : evidence.is_array() ? evidence : json::array())
    if (one.is_object() && !one.contains("line"))
      result += "  " + folded(escaped_at(one, "says"), 2, width) + '\n';
  return result.empty() ? result : "\nAlso noticed\n" + result;
}

std::string culprit_section(const event_row& x, std::size_t width) {
  constexpr std::size_t pid_width = 8, name_width = 18, longest_name = 32;
  std::vector<std::array<std::string, 3>> rows;
  std::array<std::size_t, 2> widths{pid_width, name_width};
  const auto culprits = parsed(x.culprits);
  for (const auto& one : culprits.is_array() ? culprits : json::array()) {
    if (!one.is_object())
      continue;
    const auto pid = one.find("pid");
    const bool has_pid = pid != one.end() && pid->is_number_integer()
                         && pid->get<std::int64_t>() > 0;
    rows.push_back({has_pid ? std::to_string(pid->get<std::int64_t>()) : "-",
                    escaped_at(one, "name"), escaped_at(one, "reason")});
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], std::min(width_of(rows.back()[i]), longest_name) + 1);
  }
  std::string result;
  for (const auto& [pid, name, reason] : rows)
    result += "  " + as_column(pid, widths[0]) + as_column(name, widths[1])
              + folded(reason, 2 + widths[0] + widths[1], width) + '\n';
  return result.empty() ? result : "\nBusy before it\n" + result;
}

std::string lead_up_section(const std::vector<sample_row>& seconds, std::size_t width) {
  if (seconds.empty())
    return {};
  struct part {
    const char* name;
    sample_column column;
    double full;
  };
  static constexpr part parts[] = {
    {"stress", sample_column::stress_total, 100},   {"load", sample_column::stress_load, 40},
    {"memory", sample_column::stress_memory, 30},   {"thermal", sample_column::stress_thermal, 20},
    {"latency", sample_column::stress_latency, 30}, {"disk", sample_column::stress_io, 20}};
  const auto first = seconds.front()[sample_column::timestamp];
  const auto last = seconds.back()[sample_column::timestamp];
  const auto spark_width = room_beside(20, width, 10, widest_spark);
  std::string result = "\nThe " + (first && last ? span_words(*last - *first + 1) : "time")
                       + " before it, in points\n";
  for (const auto& one : parts) {
    std::vector<std::optional<double>> values;
    std::optional<double> highest;
    for (const auto& second : seconds) {
      values.push_back(second[one.column]);
      if (values.back())
        highest = std::max(highest.value_or(0), *values.back());
    }
    result += "  " + padded(one.name, 8) + sparkline(values, one.full, spark_width) + ' '
              + (highest ? printed("up to %.0f\n", *highest) : "unknown\n");
  }
  return result;
}

std::string bytes_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end() || !found->is_number() || found->get<double>() < 0)
    return "unknown";
  return bytes_in_words(static_cast<std::uint64_t>(std::min(found->get<double>(), 1e18)));
}

std::string span_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_number() ? span_words(found->get<double>()) : "unknown";
}

/// What was captured, what that found, and what it cost.
std::string evidence_section(const event_row& x, const std::vector<std::string>& files, std::size_t width) {
  const auto capture = parsed(x.capture);
  const auto part = [&capture](const char* key) {
    const auto found = capture.is_object() ? capture.find(key) : capture.end();
    return found == capture.end() ? json{} : *found;
  };
  std::string result;
  if (!capture.is_object() && files.empty())
    return result;
  result = "\nEvidence";
  if (!x.event_dir.empty())
    result += " in " + escaped(x.event_dir);
  result += '\n';
  if (const auto why_not = escaped_at(capture, "why"); !why_not.empty())
    result += "  " + folded(why_not, 2, width) + '\n';
  if (!x.event_dir.empty() && files.empty())
    result += "  " + folded("Its files are gone: removed by hand, or to keep within the quota.", 2, width) + '\n';
  if (const auto bill = part("bill");
      escaped_at(capture, "status") != "skipped" && bill.is_object())
    result += "  "
              + folded("Capturing it took " + span_at(bill, "took") + ", " + span_at(bill, "cpu")
                         + " of CPU time and " + bytes_at(bill, "bytes") + '.',
                       2, width)
              + '\n';
  for (const auto& found : part("findings").is_array() ? part("findings") : json::array())
    if (found.is_string())
      result += "  - " + folded(escaped(found.get<std::string>()), 4, width) + '\n';
  std::vector<std::string> listed{"metadata.json", "summary.json"};
  for (const auto& one : part("artifacts").is_array() ? part("artifacts") : json::array()) {
    const auto status = escaped_at(one, "status");
    const auto file = escaped_at(one, "file");
    listed.push_back(file);
    auto words = escaped_at(one, "says");
    if (words.empty() && status != "ok")
      words = status == "timed_out" ? "took too long" : status;
    result += "  " + as_column(file.empty() ? escaped_at(one, "name") : file, 20)
              + as_column(file.empty() ? "-" : bytes_at(one, "bytes"), 9)
              + as_column(span_at(one, "took"), 8) + folded(when_captured(x, one) + (words.empty() ? "" : "  ") + words, 39, width);
    result.erase(result.find_last_not_of(' ') + 1);
    result += '\n';
  }
  for (const auto& file : files)
    if (std::find(listed.begin(), listed.end(), escaped(file)) == listed.end())
      result += "  " + escaped(file) + '\n';
  return result;
}

} // namespace

std::string event_reason(const event_row& x) {
  return why(x);
}

std::string points_in_words(const event_row& x, const std::vector<sample_row>& lead_up) {
  std::string disk;
  if (!lead_up.empty())
    for (const auto& [column, what] : {std::pair{sample_column::io_read, "/s read"}, std::pair{sample_column::io_write, "/s written"}})
      if (const auto rate = lead_up.back()[column]; rate && *rate >= 1)
        disk += (disk.empty() ? "" : ", ") + bytes_in_words(static_cast<std::uint64_t>(*rate)) + what;
  std::string result;
  const auto add = [&result](const char* name, std::optional<double> points, const std::string& more = {}) {
    if (points && *points >= 0.5)
      result += (result.empty() ? "" : " + ") + std::string{name} + printed(" %.0f", *points)
                + (more.empty() ? "" : " (" + more + ')');
  };
  add("load", x.stress_load);
  add("memory", x.stress_memory);
  add("thermal", x.stress_thermal);
  add("disk", x.stress_io, disk);
  return result;
}

std::string event_page(const event_row& x, const std::vector<sample_row>& lead_up,
                       const std::vector<std::string>& files, const event_ties& ties, std::size_t width) {
  const bool lasts = stall_lasts(x);
  std::string result = folded(capitalised(escaped(kind_in_words(x))) + ' ' + std::to_string(x.id) + ", "
                                + (lasts ? "since " : "") + exact_moment(x.started, "%A %Y-%m-%d %H:%M:%S")
                                + (lasts ? std::string{} : " to " + exact_moment(x.ended, "%H:%M:%S")),
                              0, width)
                       + "\n\n";
  const auto line = [&result, width](const char* what, const std::string& text) {
    result += "  " + as_column(what, 12) + folded(text, 14, width) + '\n';
  };
  line(lasts ? "Lasts" : "Lasted",
       x.kind == "outage" && !x.duration ? "not known: the clock had not been set" : length_so_far(x, ties.now)
         + (x.uncertainty.value_or(0) > 0 ? ", give or take " + span_words(x.uncertainty) : ""));
  const auto points = x.kind == "critical" ? points_in_words(x, lead_up) : "";
  line("Why", why(x) + (points.empty() ? "" : ": " + points)
                + (x.kind == "critical" || x.confidence.empty()
                     ? ""
                     : " (confidence: " + escaped(x.confidence) + ")"));
  for (const auto& [what, text] : x.kind == "outage" ? outage_facts_in_words(x) : facts_lines(x))
    line(what.c_str(), escaped(text));
  if (x.kind == "stall") {
    line("Felt by", escaped(listed_at(parsed(x.stall), "felt_by")));
    if (const auto names = waiting_in_words(x); !names.empty())
      line("Waiting", escaped(names));
    if (ties.parts.count > 0)
      line("Pauses", parts_in_words(ties.parts));
  }
  if (x.kind == "pause") {
    if (const auto& stall = ties.stall)
      line("Part of", "stall " + std::to_string(stall->id) + ", " + exact_moment(stall->started, "%H:%M:%S")
                        + (stall_lasts(*stall) ? "" : " to " + exact_moment(stall->ended, "%H:%M:%S")) + ": "
                        + escaped(stall_in_words(*stall)));
    line("Who", scope_in_words(x.scope));
    if (x.latency_ratio && x.expected)
      line("Late", std::to_string(std::lround(*x.latency_ratio)) + " times the expected "
                     + span_words(x.expected));
    if (x.asleep.value_or(0) > 0)
      line("Asleep", span_words(x.asleep) + " beside it, which is not counted");
  }
  if (!ties.likeness.words.empty())
    line("Again", escaped(ties.likeness.words));
  line("Status", escaped(x.status));
  if (!x.notes.empty())
    line("Note", escaped(x.notes));
  const auto blame = parsed(x.blame);
  const auto blamed = blame_section(blame, width);
  // Those that are recorded to have done it, or were seen on the CPUs, are no suspects besides.
  const auto source = text_at(blame, "source");
  const bool is_recorded = !blamed.empty() && (source == "recorded" || source == "sampled");
  result += ledger_section(x, width) + blamed + noticed_section(x, width) + (is_recorded ? "" : culprit_section(x, width))
            + lead_up_section(lead_up, width);
  return result + evidence_section(x, files, width);
}

std::string sparkline(const std::vector<std::optional<double>>& values, double full,
                      std::size_t columns) {
  static constexpr const char* steps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string result;
  const auto used = std::min(columns, values.size());
  for (std::size_t i = 0; i < used; ++i) {
    std::optional<double> highest;
    const auto end = (i + 1) * values.size() / used;
    for (auto k = i * values.size() / used; k < end; ++k)
      if (values[k])
        highest = std::max(highest.value_or(*values[k]), *values[k]);
    if (!highest)
      result += ' ';
    else
      result += steps[static_cast<std::size_t>(std::clamp(*highest / full, 0.0, 1.0) * 7.999)];
  }
  return result + std::string(columns - used, ' ');
}

} // namespace pmactor
