#include "app/export/compose_otlp_logs.hpp"

#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace pmactor {
namespace {

std::string attribute(const std::string& key, const std::string& value) {
  return "{\"key\":" + json_quoted(key) + ",\"value\":{\"stringValue\":" + json_quoted(value) + "}}";
}

std::string number_attribute(const std::string& key, double value) {
  return "{\"key\":" + json_quoted(key) + ",\"value\":{\"doubleValue\":" + printed("%.15g", value) + "}}";
}

/// Appends an element of a list.
void append(std::string& list, const std::string& element) {
  list += (list.empty() ? "" : ",") + element;
}

/// @returns a moment as JSON has 64 bits: in quotes.
std::string nanoseconds_of(double seconds) {
  const double bounded = std::isfinite(seconds) ? std::min(std::max(seconds, 0.0), 9e9) : 0;
  return '"' + std::to_string(static_cast<std::uint64_t>(std::llround(bounded * 1e6)) * 1000) + '"';
}

std::string document(const export_origin& origin, const std::string& records) {
  std::string attributes;
  append(attributes, attribute("service.name", "pmactor"));
  append(attributes, attribute("service.version", origin.version));
  if (!origin.host.name.empty())
    append(attributes, attribute("host.name", origin.host.name));
  if (!origin.host.machine_id.empty())
    append(attributes, attribute("host.id", origin.host.machine_id));
  if (!origin.host.boot_id.empty())
    append(attributes, attribute("pmactor.boot_id", origin.host.boot_id));
  for (const auto& [name, value] : origin.labels)
    append(attributes, attribute("pmactor.label." + name, value));
  return "{\"resourceLogs\":[{\"resource\":{\"attributes\":[" + attributes
         + "]},\"scopeLogs\":[{\"scope\":{\"name\":\"pmactor\",\"version\":" + json_quoted(origin.version)
         + "},\"logRecords\":[" + records + "]}]}]}";
}

struct severity {
  int number;
  const char* text;
};
constexpr severity information{9, "INFO"}, warning{13, "WARN"};

std::string record(const std::string& name, double at, double observed, const severity& how, const std::string& body,
                   const std::string& attributes) {
  return "{\"timeUnixNano\":" + nanoseconds_of(at) + ",\"observedTimeUnixNano\":" + nanoseconds_of(observed)
         + ",\"severityNumber\":" + std::to_string(how.number) + ",\"severityText\":\"" + how.text
         + "\",\"eventName\":" + json_quoted(name) + ",\"body\":{\"stringValue\":" + json_quoted(body)
         + "},\"attributes\":[" + attributes + "]}";
}

std::string record_of(const exported_event& x, double observed) {
  std::string attributes;
  if (!x.event_id.empty())
    append(attributes, attribute("pmactor.event_id", x.event_id));
  append(attributes, attribute("pmactor.event", std::to_string(x.id)));
  append(attributes, attribute("pmactor.kind", x.kind));
  append(attributes, attribute("pmactor.phase", x.lasts ? "begun" : "over"));
  if (std::isfinite(x.started)) // a database may hold infinities, for which JSON has no word
    append(attributes, number_attribute("pmactor.started", x.started));
  if (x.duration && std::isfinite(*x.duration))
    append(attributes, number_attribute("pmactor.duration", *x.duration));
  for (const auto& [name, value] : x.facts)
    append(attributes, attribute("pmactor." + name, value));
  return record("pmactor." + x.kind, x.lasts ? x.started : x.ended.value_or(x.started), observed,
                x.is_urgent ? warning : information, x.summary, attributes);
}

} // namespace

std::string compose_otlp_logs(const export_origin& origin, const std::vector<exported_event>& events, double observed) {
  std::string records;
  for (const auto& x : events)
    append(records, record_of(x, observed));
  return document(origin, records);
}

std::string compose_otlp_heartbeat(const export_origin& origin, const std::string& state, double observed) {
  return document(origin, record("pmactor.heartbeat", observed, observed, information, "pmactor is " + state,
                                 attribute("pmactor.state", state)));
}

} // namespace pmactor
