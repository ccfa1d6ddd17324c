#include "app/history/find_stops.hpp"

#include "app/views/event_values.hpp"
#include "app/views/json_form.hpp"
#include "app/views/scope_words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

bool is_stop(const span_event& x) {
  return x.kind == "pause" || x.kind == "stall" || x.kind == "sleep" || x.kind == "outage";
}

/// @returns what was, as half a sentence. @param x one that is a stop.
std::string subject_of(const span_event& x) {
  switch (x.effect) {
    case span_effect::off:
      return "the machine was off";
    case span_effect::asleep:
      return "the machine slept";
    case span_effect::alone:
      return std::string{of_pmactor_alone} + " was held up";
    case span_effect::unwitnessed:
      return "pmactor was held up, and others perhaps,";
    case span_effect::stalled:
      return x.why;
    case span_effect::noted:
      return "pmactor did not run";
    default:
      return "the machine stood still";
  }
}

} // namespace

std::vector<span_event> find_stops(std::vector<span_event> events, const stretch& time) {
  std::erase_if(events, [&time](const span_event& x) {
    return !is_stop(x) || x.time.from >= time.to || x.time.to <= time.from;
  });
  std::stable_sort(events.begin(), events.end(), [](const span_event& a, const span_event& b) {
    return a.time.from < b.time.from;
  });
  return events;
}

std::string stop_in_words(const span_event& x) {
  const bool same_day = moment_words(x.time.from, "%F") == moment_words(x.time.to, "%F");
  const auto begin = moment_words(x.time.from, "%F %T");
  return subject_of(x)
         + (x.lasts
              ? " from " + begin + " on, and it lasts"
              : " from " + begin + " to " + moment_words(x.time.to, same_day ? "%T" : "%F %T"))
         + ": `pmactor events show " + std::to_string(x.id) + '`';
}

std::string stops_json(const std::vector<span_event>& x) {
  auto result = json::array();
  for (const auto& one : x) {
    auto& object = result.emplace_back(json{{"id", one.id}, {"kind", one.kind}});
    put_moment(object, "started", std::optional{one.time.from});
    put_moment(object, "ended", one.lasts ? std::nullopt : std::optional{one.time.to});
    object["says"] = stop_in_words(one);
  }
  return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace pmactor
