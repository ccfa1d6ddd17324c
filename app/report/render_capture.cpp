#include "app/report/render_capture.hpp"

#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace pmactor::report {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t most_lines = 400; ///< Of a file.
constexpr std::size_t most_items = 40;  ///< Of any list.

/// @returns the text of a file, line by line.
std::string excerpt(const report_file& x) {
  std::string result;
  std::size_t lines = 0, begin = 0;
  const std::string_view text = x.text;
  while (begin < text.size() && lines < most_lines) {
    auto end = text.find('\n', begin);
    if (end == text.npos)
      end = text.size();
    auto line = std::string{text.substr(begin, end - begin)};
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    for (std::size_t at = 0; (at = line.find('\t', at)) != line.npos; at += 4)
      line.replace(at, 1, "    ");
    result += html(line, 400) + '\n';
    begin = end + 1;
    ++lines;
  }
  const bool cut = begin < text.size() || x.text.size() < x.bytes;
  return "<pre tabindex=\"0\">" + result + "</pre>"
         + (cut ? "<p class=\"note\">Only its beginning; all "
                    + bytes_text(static_cast<double>(x.bytes)) + " are in the file.</p>"
                : "");
}

/// The processes that were captured, those that waited for the kernel and the busiest first.
std::string process_table(const json& all) {
  constexpr std::size_t most_rows = 30;
  std::vector<std::pair<double, const json*>> ranked;
  for (const auto& x : all) {
    if (!x.is_object() || ranked.size() > 20000)
      continue;
    const auto io = number_at(x, "read_rate").value_or(0) + number_at(x, "write_rate").value_or(0);
    ranked.emplace_back(
      (text_at(x, "state") == "D" ? 1000 : 0) + number_at(x, "cpu_pct").value_or(0) + io / 1e6, &x);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string rows;
  for (std::size_t i = 0; i < std::min(most_rows, ranked.size()); ++i) {
    const auto& x = *ranked[i].second;
    const auto cell = [&rows](const std::optional<double>& value, std::string (*unit)(double)) {
      rows += "<td>" + (value ? unit(*value) : "") + "</td>";
    };
    rows += "<tr><th scope=\"row\">" + name_of(text_at(x, "name")) + "</th><td>"
            + number(number_at(x, "pid").value_or(0)) + "</td><td>" + html(text_at(x, "state"), 8)
            + "</td>";
    cell(number_at(x, "cpu_pct"), percent_unit);
    cell(number_at(x, "memory"),
         [](double bytes) { return bytes < 1 ? std::string{"0"} : bytes_text(bytes); });
    cell(number_at(x, "read_rate"), rate_unit);
    cell(number_at(x, "write_rate"), rate_unit);
    rows += "<td class=\"in\">" + html(text_at(x, "waits_in"), 60) + "</td></tr>";
  }
  return "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
         "aria-label=\"Processes\"><table><thead><tr>"
         "<th scope=\"col\">Process</th><th scope=\"col\">PID</th><th scope=\"col\">State</th>"
         "<th scope=\"col\">CPU</th><th scope=\"col\">Memory</th><th scope=\"col\">Read</th>"
         "<th scope=\"col\">Written</th><th scope=\"col\">Waits in</th></tr></thead><tbody>"
         + rows + "</tbody></table></div>"
         + (ranked.size() > most_rows ? "<p class=\"note\">The first " + std::to_string(most_rows)
                                          + " of " + std::to_string(ranked.size())
                                          + " processes: those that waited for the "
                                            "kernel, then the busiest.</p>"
                                      : "");
}

/// @returns the value for a reader: an object as a list of its members, a list of objects as a table.
std::string readable(const json& x, int depth);

std::string words_of_key(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return html(key, 80);
}

/// @returns the name of a member with the unit that it has by what stands beside it.
std::string with_unit(const json& object, const std::string& key) {
  if (object.contains("avg10")) // the kernel's pressure: a share of ten seconds, and microseconds in all
    return key == "total" ? "total_us" : key.starts_with("avg") ? key + "_pct" : key;
  if (object.contains("target")) // a mount
    return key == "size" || key == "free" || key == "available" ? key + "_bytes" : key;
  return key;
}

/// @returns a number by what its name says that it is.
std::string amount(std::string_view name, const json& given) {
  const auto x = given.get<double>();
  const auto is = [name](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  // A counter has such a name as well, and is a whole number.
  constexpr double first_moment = 1e9, last_moment = 1e10;
  if (given.is_number_float() && x >= first_moment && x < last_moment
      && is({"before", "after", "started", "ended", "since", "until", "at", "moment", "start_time"}))
    return moment_words(x, "%F %T");
  if (name.ends_with("_pct"))
    return printed("%.4g", x) + "\u202F%";
  if (name.ends_with("_us"))
    return span_words(x / 1e6);
  if (name.ends_with("_rate") && x >= 0)
    return rate_unit(x);
  if (name.ends_with("bytes") && x >= 0)
    return bytes_text(x);
  if (is({"elapsed", "took", "busy", "queued", "duration"}))
    return span_words(x);
  if (x != std::floor(x) || std::abs(x) >= 1e15)
    return printed(std::abs(x) < 1e6 ? "%.6g" : "%.0f", x);
  const bool is_name = is({"pid", "parent", "tid", "uid", "id", "version"});
  if (given.is_number_unsigned() && !is_name) // exact, however large
    return grouped(given.get<std::uint64_t>());
  return is_name ? number(x) : (x < 0 ? "-" : "") + grouped(static_cast<std::uint64_t>(std::abs(x)));
}

/// @param name of the value, as it says what a number is; empty if it has none.
std::string cell_of(const json& x, int depth, std::string_view name = {}) {
  constexpr std::size_t fits_a_line = 6;
  if (x.is_object() && x.size() <= fits_a_line
      && std::none_of(x.begin(), x.end(), [](const json& one) { return one.is_structured(); })) {
    std::string result;
    for (const auto& [key, value] : x.items())
      result += (result.empty() ? "" : ", ") + words_of_key(key) + ' ' + cell_of(value, depth, with_unit(x, key));
    return result;
  }
  if (x.is_structured())
    return depth > 0 ? readable(x, depth - 1) : html(x.dump(-1, ' ', false, json::error_handler_t::replace), 200);
  if (x.is_string())
    return html(x.get<std::string>(), 200);
  if (x.is_number())
    return html(amount(name, x));
  return x.is_null() ? "" : html(x.dump(-1, ' ', false, json::error_handler_t::replace), 60);
}

std::string table_of(const json& rows, int depth) {
  std::vector<std::string> columns;
  for (const auto& row : rows)
    for (const auto& [key, value] : row.items())
      if (columns.size() < most_items && std::find(columns.begin(), columns.end(), key) == columns.end())
        columns.push_back(key);
  std::string result = "<div class=\"wide\"><table><thead><tr>";
  for (const auto& x : columns)
    result += "<th scope=\"col\">" + words_of_key(x) + "</th>";
  result += "</tr></thead><tbody>";
  std::size_t count = 0;
  for (const auto& row : rows) {
    if (++count > most_lines)
      break;
    result += "<tr>";
    for (const auto& x : columns)
      result += "<td>" + (row.contains(x) ? cell_of(row[x], depth, with_unit(row, x)) : "") + "</td>";
    result += "</tr>";
  }
  return result + "</tbody></table></div>";
}

std::string readable(const json& x, int depth) {
  if (x.is_array() && !x.empty() && std::all_of(x.begin(), x.end(), [](const json& row) { return row.is_object(); }))
    return table_of(x, depth);
  std::string result;
  if (x.is_array()) {
    for (const auto& one : x)
      result += (result.empty() ? "" : ", ") + cell_of(one, depth);
    return result;
  }
  std::size_t count = 0;
  for (const auto& [key, value] : x.items())
    if (++count <= most_lines)
      result += "<tr><th scope=\"row\">" + words_of_key(key) + "</th><td>" + cell_of(value, depth, with_unit(x, key)) + "</td></tr>";
  return "<div class=\"wide\"><table class=\"members\"><tbody>" + result + "</tbody></table></div>";
}

/// @returns what a reader sees of a file.
std::string content_of(const report_file& x) {
  if (x.name == "processes.json")
    if (const auto list = list_at(parsed(x.text), "processes"); !list.empty())
      return process_table(list);
  constexpr int deepest = 3;
  if (const auto content = x.name.ends_with(".json") ? parsed(x.text) : json{}; content.is_structured() && !content.empty())
    return readable(content, deepest);
  return excerpt(x);
}

const report_file* file_named(const report_facts& facts, const std::string& name) {
  for (const auto& x : facts.files)
    if (!name.empty() && x.name == name)
      return &x;
  return nullptr;
}

std::string artifact_item(const report_facts& facts, const json& one) {
  const auto status = text_at(one, "status");
  const auto says = text_at(one, "says");
  const auto* file = file_named(facts, text_at(one, "file"));
  std::string words = status == "ok"          ? "captured"
                      : status == "timed_out" ? "took too long"
                      : status == "skipped"   ? "skipped"
                      : status == "failed"    ? "failed"
                                              : html(status, 20);
  if (const auto when = when_captured(facts.event, one); !when.empty())
    words += ' ' + when;
  const std::string mark = status == "ok" ? "ok" : status == "skipped" ? "skipped" : "failed";
  auto name = text_at(one, "name");
  std::replace(name.begin(), name.end(), '_', ' ');
  std::string head = "<span class=\"what\">" + html(name, 120) + "</span><span class=\"pill " + mark
                     + "\">" + words + "</span><span class=\"size\">";
  if (const auto bytes = number_at(one, "bytes"); bytes && *bytes > 0)
    head += html(bytes_text(*bytes));
  head += "</span><span class=\"took\">"
          + (status == "skipped" ? "" : html(span_words(number_at(one, "took")))) + "</span>";
  if (!says.empty())
    head += "<span class=\"says\">" + html(says) + "</span>";
  if (file == nullptr || file->text.empty())
    return "<li><div class=\"head\">" + head + "</div></li>";
  return "<li><details><summary class=\"head\">" + head + "</summary>" + content_of(*file)
         + "</details></li>";
}

} // namespace

std::string capture_section(const report_facts& facts) {
  const auto capture = parsed(facts.capture);
  if (!capture.is_object())
    return section("evidence", "What was captured",
                   facts.event.kind == "sleep"
                     ? "<p class=\"none\">Nothing is captured of a sleep.</p>"
                     : "<p class=\"none\">No evidence was captured of this event.</p>");
  std::string inside;
  if (const auto why = text_at(capture, "why"); !why.empty())
    inside += "<p class=\"none\">" + html(why) + "</p>";
  std::string findings;
  std::size_t count = 0;
  for (const auto& one : list_at(capture, "findings"))
    if (one.is_string() && ++count <= most_items)
      findings += "<li>" + html(one.get<std::string>()) + "</li>";
  if (!findings.empty())
    inside += "<ul class=\"findings\">" + findings + "</ul>";
  std::string artifacts;
  count = 0;
  for (const auto& one : list_at(capture, "artifacts"))
    if (one.is_object() && ++count <= most_items)
      artifacts += artifact_item(facts, one);
  if (!artifacts.empty())
    inside += "<ul class=\"artifacts\">" + artifacts + "</ul>";
  if (!facts.event.event_dir.empty())
    inside += "<p class=\"note\">The files lie in <code>" + html(facts.event.event_dir)
              + "</code> of the data folder.</p>";
  const auto bill = capture.find("bill");
  if (text_at(capture, "status") != "skipped" && bill != capture.end() && bill->is_object())
    inside +=
      "<p class=\"bill\"><b>What it cost to look:</b> " + html(span_words(number_at(*bill, "took")))
      + ", " + html(span_words(number_at(*bill, "cpu"))) + " of CPU time, "
      + html(bytes_text(std::max(0.0, number_at(*bill, "bytes").value_or(0)))) + " on disk.</p>";
  return section("evidence", "What was captured", inside);
}

} // namespace pmactor::report
