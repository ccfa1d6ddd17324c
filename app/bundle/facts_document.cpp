#include "app/bundle/facts_document.hpp"

#include "app/views/event_values.hpp"
#include "messages/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t most_seconds = 10'000, most_suspects = 8, most_points = 1000;
constexpr std::size_t longest_text = 65'536; ///< As the reader of the history cuts them.

constexpr std::array<std::pair<const char*, std::string event_row::*>, 14> texts{{
  {"kind", &event_row::kind},
  {"cause", &event_row::cause},
  {"confidence", &event_row::confidence},
  {"scope", &event_row::scope},
  {"ledger", &event_row::ledger},
  {"evidence", &event_row::evidence},
  {"culprits", &event_row::culprits},
  {"event_dir", &event_row::event_dir},
  {"status", &event_row::status},
  {"notes", &event_row::notes},
  {"capture", &event_row::capture},
  {"stall", &event_row::stall},
  {"facts", &event_row::facts},
  {"blame", &event_row::blame},
}};

constexpr std::array<std::pair<const char*, std::optional<double> event_row::*>, 13> numbers{{
  {"started", &event_row::started},
  {"ended", &event_row::ended},
  {"duration", &event_row::duration},
  {"uncertainty", &event_row::uncertainty},
  {"expected", &event_row::expected},
  {"latency_ratio", &event_row::latency_ratio},
  {"asleep", &event_row::asleep},
  {"stress_total", &event_row::stress_total},
  {"stress_load", &event_row::stress_load},
  {"stress_memory", &event_row::stress_memory},
  {"stress_thermal", &event_row::stress_thermal},
  {"stress_latency", &event_row::stress_latency},
  {"stress_io", &event_row::stress_io},
}};

json value(const std::optional<double>& x) {
  return x && std::isfinite(*x) ? json(*x) : json();
}

json to_document(const event_row& x) {
  json result{{"id", x.id},
              // Texts, as they exceed the integers that every reader of JSON represents exactly.
              {"event_id", x.event_id ? json(std::to_string(*x.event_id)) : json()},
              {"part_of", x.part_of ? json(std::to_string(*x.part_of)) : json()}};
  for (const auto& [name, member] : texts)
    result[name] = x.*member;
  for (const auto& [name, member] : numbers)
    result[name] = value(x.*member);
  return result;
}

std::string cut_text_at(const json& object, const char* key) {
  const auto text = text_at(object, key);
  return std::string{cut_text(text, longest_text)};
}

std::optional<std::int64_t> long_number_at(const json& object, const char* key) {
  const auto text = text_at(object, key);
  char* end = nullptr;
  const auto result = std::strtoll(text.c_str(), &end, 10);
  return !text.empty() && *end == '\0' ? std::optional<std::int64_t>{result} : std::nullopt;
}

event_row event_of(const json& document) {
  event_row x;
  x.id = static_cast<std::int64_t>(std::clamp(number_at(document, "id").value_or(0), 0.0, 9e15));
  x.event_id = long_number_at(document, "event_id");
  x.part_of = long_number_at(document, "part_of");
  for (const auto& [name, member] : texts)
    x.*member = cut_text_at(document, name);
  for (const auto& [name, member] : numbers)
    x.*member = number_at(document, name);
  return x;
}

json to_document(const std::vector<sample_row>& seconds) {
  auto rows = json::array();
  for (const auto& x : seconds) {
    auto& row = rows.emplace_back(json::array());
    for (const auto& one : x.values)
      row.push_back(value(one));
  }
  auto columns = json::array();
  for (const auto name : sample_column_names)
    columns.push_back(std::string{name});
  return {{"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

std::vector<sample_row> seconds_of(const json& document) {
  std::array<std::optional<std::size_t>, sample_column_count> places{};
  const auto columns = list_at(document, "columns");
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (std::size_t k = 0; k < sample_column_count; ++k)
      if (columns[i].is_string()
          && columns[i].get_ref<const std::string&>() == sample_column_names[k])
        places[k] = i;
  std::vector<sample_row> result;
  for (const auto& row : list_at(document, "rows")) {
    if (!row.is_array() || result.size() == most_seconds)
      continue;
    sample_row x;
    for (std::size_t k = 0; k < sample_column_count; ++k)
      if (places[k] && *places[k] < row.size() && row[*places[k]].is_number())
        if (const auto number = row[*places[k]].get<double>(); std::isfinite(number))
          x.values[k] = number;
    if (x[sample_column::timestamp])
      result.push_back(x);
  }
  return result;
}

json to_document(const report_suspect& x) {
  auto curve = json::array();
  for (const auto& point : x.curve)
    curve.push_back({point.at, value(point.cpu_pct), value(point.io), value(point.mem_bytes)});
  return {{"pid", x.pid},
          {"start_time", value(x.start_time)},
          {"name", x.name},
          {"reason", x.reason},
          {"curve", std::move(curve)}};
}

report_suspect suspect_of(const json& document) {
  report_suspect x;
  x.pid = static_cast<std::int64_t>(std::clamp(number_at(document, "pid").value_or(0), 0.0, 9e15));
  x.start_time = number_at(document, "start_time");
  x.name = cut_text_at(document, "name");
  x.reason = cut_text_at(document, "reason");
  const auto at = [](const json& point, std::size_t i) {
    return i < point.size() && point[i].is_number() ? std::optional{point[i].get<double>()}
                                                    : std::nullopt;
  };
  for (const auto& point : list_at(document, "curve"))
    if (point.is_array() && at(point, 0) && x.curve.size() < most_points)
      x.curve.push_back({*at(point, 0), at(point, 1), at(point, 2), at(point, 3)});
  return x;
}

} // namespace

std::string facts_document(const report_facts& facts) {
  auto suspects = json::array();
  for (const auto& x : facts.suspects)
    suspects.push_back(to_document(x));
  const json result{{"version", 1},
                    {"pmactor", facts.version},
                    {"host",
                     {{"name", facts.host.name},
                      {"system", facts.host.system},
                      {"cpus", facts.host.cpus ? json(*facts.host.cpus) : json()},
                      {"memory", value(facts.host.memory)},
                      {"booted", value(facts.host.booted)}}},
                    {"written", facts.now},
                    {"event", to_document(facts.event)},
                    {"stall", facts.stall ? to_document(*facts.stall) : json()},
                    {"parts",
                     {{"count", facts.parts.count},
                      {"total", facts.parts.total},
                      {"longest", facts.parts.longest}}},
                    {"likeness",
                     {{"fingerprint", facts.likeness.fingerprint},
                      {"words", facts.likeness.words},
                      {"others", facts.likeness.others}}},
                    {"capture", facts.capture},
                    {"suspects", std::move(suspects)},
                    {"lead_up", facts.lead_up},
                    {"seconds", to_document(facts.seconds)}};
  return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<report_facts> parse_facts_document(const std::string& text) {
  constexpr int deepest = 16;
  const auto document = json::parse(
    text, [](int depth, json::parse_event_t, const json&) { return depth < deepest; }, false);
  const auto event = document.is_object() ? document.find("event") : document.end();
  if (!document.is_object() || event == document.end() || !event->is_object())
    return std::nullopt;
  report_facts result;
  result.event = event_of(*event);
  if (const auto stall = document.find("stall"); stall != document.end() && stall->is_object())
    result.stall = event_of(*stall);
  if (const auto parts = document.find("parts"); parts != document.end()) {
    result.parts.count =
      static_cast<std::size_t>(std::clamp(number_at(*parts, "count").value_or(0), 0.0, 1e9));
    result.parts.total = number_at(*parts, "total").value_or(0);
    result.parts.longest = number_at(*parts, "longest").value_or(0);
  }
  if (const auto like = document.find("likeness"); like != document.end()) {
    result.likeness.fingerprint = cut_text_at(*like, "fingerprint");
    result.likeness.words = cut_text_at(*like, "words");
    result.likeness.others =
      static_cast<std::size_t>(std::clamp(number_at(*like, "others").value_or(0), 0.0, 1e9));
  }
  result.version = cut_text_at(document, "pmactor");
  if (const auto host = document.find("host"); host != document.end()) {
    result.host.name = cut_text_at(*host, "name");
    result.host.system = cut_text_at(*host, "system");
    if (const auto cpus = number_at(*host, "cpus"))
      result.host.cpus = static_cast<std::uint32_t>(std::clamp(*cpus, 0.0, 1e6));
    result.host.memory = number_at(*host, "memory");
    result.host.booted = number_at(*host, "booted");
  }
  result.now = number_at(document, "written").value_or(0);
  result.capture = cut_text_at(document, "capture");
  for (const auto& x : list_at(document, "suspects"))
    if (result.suspects.size() < most_suspects)
      result.suspects.push_back(suspect_of(x));
  if (const auto seconds = document.find("seconds"); seconds != document.end())
    result.seconds = seconds_of(*seconds);
  result.lead_up = static_cast<std::size_t>(std::clamp(
    number_at(document, "lead_up").value_or(0), 0.0, static_cast<double>(result.seconds.size())));
  return result;
}

} // namespace pmactor
