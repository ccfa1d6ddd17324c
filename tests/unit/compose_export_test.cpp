#define CAF_SUITE compose_export

#include "app/export/compose_journal_entry.hpp"
#include "app/export/compose_otlp_logs.hpp"
#include "messages/pause.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <set>

#include "support/test.hpp"

using namespace pmactor;

namespace {

const export_origin origin{"1.2.3", {"ada", "0123", "boot"}, {{"rack", "r12"}}};

event_row stored() {
  event_row x;
  x.id = 7;
  x.event_id = 1'764'000'000'000'000'001;
  x.kind = "pause";
  x.cause = "io";
  x.confidence = "high";
  x.scope = "system";
  x.started = 1'764'000'000.25;
  x.ended = 1'764'000'004.25;
  x.duration = 4;
  x.ledger = R"({"io":4})";
  x.culprits = R"([{"pid":7,"name":"tar\u001b[31m\n","reason":"wrote 298 MB/s"}])";
  x.evidence = R"([{"line":"io","says":"it waited 4 s"}])";
  return x;
}

nlohmann::json record_of(const std::string& body) {
  return nlohmann::json::parse(body)["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
}

std::string attribute(const nlohmann::json& holder, const std::string& key) {
  for (const auto& x : holder["attributes"])
    if (x["key"] == key)
      return x["value"]["stringValue"];
  return "absent";
}

std::string field(const std::string& entry, const std::string& name) {
  const auto at = entry.find(name + '=');
  return at == std::string::npos ? "absent" : entry.substr(at + name.size() + 1, entry.find('\n', at) - at - name.size() - 1);
}

} // namespace

CAF_TEST(an event says in one sentence what happened) {
  auto x = stored();
  CAF_CHECK(describe_event(x).summary.starts_with("Paused for 4.00 s: "));
  x.kind = "outage";
  CAF_CHECK(describe_event(x).summary.starts_with("Outage for 4.00 s"));
  x.kind = "sleep";
  CAF_CHECK_EQUAL(describe_event(x).summary, "Asleep for 4.00 s");
  x.kind = "no such kind";
  CAF_CHECK(!describe_event(x).summary.empty());
}

CAF_TEST(what is particular to a kind is exported) {
  auto x = stored();
  x.kind = "outage";
  x.facts = R"({"title":"the power went","cause":"power","over":true})";
  CAF_CHECK_EQUAL(describe_event(x).summary, "Outage for 4.00 s: the power went");
  CAF_CHECK_EQUAL(facts_of(x).detail, "power");
  x.kind = "slowed";
  x.facts = R"({"title":"heat","over":false})";
  CAF_CHECK(describe_event(x).lasts);
  CAF_CHECK_EQUAL(facts_of(x).detail, "");
}

CAF_TEST(a record of OpenTelemetry holds what is known of the event) {
  const auto body = compose_otlp_logs(origin, {describe_event(stored())}, 1'764'000'010);
  const auto document = nlohmann::json::parse(body);
  const auto& resource = document["resourceLogs"][0]["resource"];
  CAF_CHECK_EQUAL(attribute(resource, "host.name"), "ada");
  CAF_CHECK_EQUAL(attribute(resource, "host.id"), "0123");
  CAF_CHECK_EQUAL(attribute(resource, "pmactor.label.rack"), "r12");
  const auto record = record_of(body);
  CAF_CHECK_EQUAL(record["timeUnixNano"].get<std::string>(), "1764000004250000000");
  CAF_CHECK_EQUAL(record["observedTimeUnixNano"].get<std::string>(), "1764000010000000000");
  CAF_CHECK_EQUAL(record["severityNumber"].get<int>(), 13);
  CAF_CHECK_EQUAL(record["eventName"].get<std::string>(), "pmactor.pause");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.event_id"), "1764000000000000001");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.cause"), "io");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.phase"), "over");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.ledger"), R"({"io":4})");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.suspects"), "tar [31m (7): wrote 298 MB/s");
  CAF_CHECK_EQUAL(body.find('\n'), body.npos);
}

CAF_TEST(a process that was merely busy is exported as such) {
  auto x = stored();
  x.kind = "outage";
  x.cause = "killed";
  const auto record = record_of(compose_otlp_logs(origin, {describe_event(x)}, 1'764'000'010.0));
  CAF_CHECK_EQUAL(attribute(record, "pmactor.suspects"), "absent");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.busy"), "tar [31m (7): wrote 298 MB/s");
}

CAF_TEST(whatever the database holds the record is JSON) {
  auto x = stored();
  x.kind = "\xff\"}";
  x.culprits = "no json";
  x.evidence = "[1, {}, null]";
  x.stall = "{";
  x.ledger = std::string(60000, '"');
  x.started = 1e300;
  x.ended = -5;
  const auto body = compose_otlp_logs(origin, {describe_event(x)}, 0);
  CAF_CHECK(record_of(body).is_object());
  CAF_CHECK(body.size() < 40000);
}

CAF_TEST(a number without a word in JSON is left out) {
  auto x = stored();
  x.started = std::numeric_limits<double>::infinity();
  x.duration = std::numeric_limits<double>::quiet_NaN();
  const auto body = compose_otlp_logs(origin, {describe_event(x)}, 0);
  CAF_CHECK(record_of(body).is_object());
  CAF_CHECK_EQUAL(body.find("doubleValue"), body.npos);
}

CAF_TEST(a sign of life is a record too) {
  const auto record = record_of(compose_otlp_heartbeat(origin, "healthy", 1'764'000'010));
  CAF_CHECK_EQUAL(record["eventName"].get<std::string>(), "pmactor.heartbeat");
  CAF_CHECK_EQUAL(attribute(record, "pmactor.state"), "healthy");
}

CAF_TEST(the catalog of the journal explains every kind of event by its id and nothing else) {
  std::ifstream in{PMACTOR_SOURCE_DIR "/conf/pmactor.catalog"};
  CAF_REQUIRE(in.is_open());
  std::multiset<std::string> explained;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("-- "))
      explained.insert(line.substr(3));
  std::multiset<std::string> used{std::string{message_id_of("what no version knows")}};
  for (std::size_t i = 0; i < event_kinds; ++i)
    used.insert(std::string{message_id_of(to_string(static_cast<event_kind>(i)))});
  CAF_CHECK_EQUAL(explained, used);
}

CAF_TEST(an entry of the journal has a field for each fact) {
  const auto entry = compose_journal_entry(origin, describe_event(stored()));
  CAF_CHECK_EQUAL(field(entry, "MESSAGE").substr(0, 17), "Paused for 4.00 s");
  CAF_CHECK_EQUAL(field(entry, "MESSAGE_ID"), message_id_of("pause"));
  CAF_CHECK_EQUAL(field(entry, "PRIORITY"), "4");
  CAF_CHECK_EQUAL(field(entry, "PMACTOR_EVENT"), "7");
  CAF_CHECK_EQUAL(field(entry, "PMACTOR_EVENT_ID"), "1764000000000000001");
  CAF_CHECK_EQUAL(field(entry, "PMACTOR_CAUSE"), "io");
  CAF_CHECK_EQUAL(field(entry, "PMACTOR_SCOPE"), "system");
  CAF_CHECK_EQUAL(field(entry, "PMACTOR_DURATION_USEC"), "4000000");
  CAF_CHECK_EQUAL(field(entry, "PMACTOR_LABEL_RACK"), "r12");
  CAF_CHECK(entry.ends_with('\n'));
}

CAF_TEST(no fact of an event becomes a field of its own making) {
  auto x = stored();
  x.cause = "io\nPRIORITY=0";
  const auto entry = compose_journal_entry(origin, describe_event(x));
  CAF_CHECK_EQUAL(entry.find("\nPRIORITY=0"), entry.npos);
  CAF_CHECK(entry.size() <= 16384);
}

CAF_TEST(each kind has an id of its own) {
  std::set<std::string_view> ids;
  for (const auto* kind : {"pause", "sleep", "critical", "stall", "outage", "incident", "slowed", "clock", "other"})
    ids.insert(message_id_of(kind));
  CAF_CHECK_EQUAL(ids.size(), 9u);
}
