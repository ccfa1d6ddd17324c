#include "app/views/encode_event.hpp"

#include "app/views/event_values.hpp"
#include "app/views/json_form.hpp"
#include "app/views/render_blame.hpp"
#include "app/views/render_facts.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

json at_or_null(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : json();
}

json to_object(const event_row& x) {
  const auto number = [](const std::optional<double>& value) {
    return value ? json(*value) : json();
  };
  const auto text = [](const std::string& value) { return value.empty() ? json() : json(value); };
  auto result = begin_json();
  result.update({{"id", x.id}, {"event_id", x.event_id ? json(std::to_string(*x.event_id)) : json()}, {"kind", x.kind}});
  put_moment(result, "started", x.started);
  put_moment(result, "ended", stall_lasts(x) ? std::nullopt : x.ended);
  result.update({
          {"duration", number(x.duration)},
          {"uncertainty", number(x.uncertainty)},
          {"expected", number(x.expected)},
          {"latency_ratio", number(x.latency_ratio)},
          {"asleep", number(x.asleep)},
          {"cause", text(x.cause)},
          {"confidence", text(x.confidence)},
          {"scope", text(x.scope)},
          {"ledger", parsed(x.ledger)},
          {"evidence", parsed(x.evidence)},
          {"stress",
           {{"total", number(x.stress_total)},
            {"load", number(x.stress_load)},
            {"memory", number(x.stress_memory)},
            {"thermal", number(x.stress_thermal)},
            {"latency", number(x.stress_latency)},
            {"io", number(x.stress_io)}}},
          {"culprits", parsed(x.culprits)},
          {"resource", at_or_null(parsed(x.stall), "resource")},
          {"resource_name", at_or_null(parsed(x.stall), "name")},
          {"stall", parsed(x.stall)},
          {"part_of", x.part_of ? json(std::to_string(*x.part_of)) : json()},
          {"facts", parsed(x.facts)},
          {"blame", parsed(x.blame)},
          {"event_dir", text(x.event_dir)},
          {"capture", parsed(x.capture)},
          {"status", text(x.status)},
          {"notes", text(x.notes)}});
  return result;
}

std::string dumped(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Foreign text within quotes; a program that reads it gets line breaks, a terminal no control character.
std::string csv_text(const std::string& text) {
  std::string result = "\"";
  for (const char c : harmless(text))
    result += c == '"' ? std::string{"\"\""} : std::string{c};
  return result + '"';
}

} // namespace

std::string event_json(const event_row& x) {
  return dumped(to_object(x));
}

std::string event_json(const event_row& x, const std::vector<sample_row>& lead_up,
                       const std::vector<std::string>& files, const event_ties& ties) {
  using column = sample_column;
  auto result = to_object(x);
  auto seconds = json::array();
  for (const auto& second : lead_up) {
    auto& object = seconds.emplace_back(json::object());
    put_moment(object, "timestamp", second[column::timestamp]);
    for (const auto one :
         {column::cpu_pct, column::load_avg, column::io_read, column::io_write,
          column::stress_total, column::stress_load, column::stress_memory, column::stress_thermal,
          column::stress_latency, column::stress_io})
      object[std::string{sample_column_names[static_cast<std::size_t>(one)]}]
        = second[one] ? json(*second[one]) : json();
  }
  result["parts"] = {{"count", ties.parts.count}, {"total", ties.parts.total}, {"longest", ties.parts.longest}};
  const auto& like = ties.likeness;
  result["fingerprint"] = like.fingerprint.empty() ? json() : json(like.fingerprint);
  result["others_like_it"] = like.others;
  result["lead_up"] = std::move(seconds);
  result["files"] = files;
  return dumped(result);
}

std::string event_csv_heading() {
  return "id,kind,started,ended,duration,uncertainty,expected,latency_ratio,asleep,cause,"
         "confidence,"
         "scope,stress_total,stress_load,stress_memory,stress_thermal,stress_latency,stress_io,"
         "status,"
         "notes,event_id,part_of,ledger,evidence,culprits,stall,event_dir,title,facts,blamed,blame_share,blame_source\n";
}

std::string event_csv_line(const event_row& x) {
  std::string result = std::to_string(x.id) + ',' + csv_text(x.kind);
  const auto number = [&result](const std::optional<double>& value) {
    result += value ? printed(",%.9g", *value) : ",";
  };
  const auto when = [&result](const std::optional<double>& value) {
    result += value ? printed(",%.6f", *value) : ",";
  };
  when(x.started), when(x.ended);
  number(x.duration), number(x.uncertainty), number(x.expected), number(x.latency_ratio);
  number(x.asleep);
  for (const auto* text : {&x.cause, &x.confidence, &x.scope})
    result += ',' + csv_text(*text);
  number(x.stress_total), number(x.stress_load), number(x.stress_memory), number(x.stress_thermal);
  number(x.stress_latency), number(x.stress_io);
  result += ',' + csv_text(x.status) + ',' + csv_text(x.notes);
  for (const auto& id : {x.event_id, x.part_of})
    result += id ? ',' + std::to_string(*id) : ",";
  // As the JSON has them.
  const auto title = facts_title(x);
  for (const auto* object : {&x.ledger, &x.evidence, &x.culprits, &x.stall, &x.event_dir, &title, &x.facts})
    result += object->empty() ? "," : ',' + csv_text(*object);
  const auto cells = first_blamed(parsed(x.blame));
  return result + ',' + csv_text(cells.blamed) + ',' + cells.share + ',' + csv_text(cells.source) + '\n';
}

} // namespace pmactor
