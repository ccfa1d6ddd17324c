#define CAF_SUITE compose_metrics

#include "app/export/compose_metrics.hpp"

#include "messages/words.hpp"

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "support/example_health.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

tallied_event event(const std::string& kind, double duration) {
  static std::int64_t next = 0;
  tallied_event x;
  x.id = ++next;
  x.event_id = 1764000000000000000 + next;
  x.kind = kind;
  x.duration = duration;
  x.started = to_seconds(example::now.wall) - 1000;
  x.ended = *x.started + duration;
  return x;
}

metrics_input example_input() {
  metrics_input x;
  x.version = "1.2.3";
  x.host = {"ada-7", "0123456789abcdef0123456789abcdef", example::boot_id};
  x.labels = {{"rack", "r12"}};
  const auto page = example::make_page();
  page->slots[6].phase = actor_phase::running;
  page->slots[6].name.write("pause-detector");
  page->slots[6].beats_late.count(std::chrono::milliseconds{2});
  page->slots_used = 7;
  x.health.report = read_health(*page, example::now);
  x.health.facts = example::facts();
  x.health.verdict.state = health_state::healthy;
  x.health.now_wall = example::now.wall;
  auto pause = event("pause", 12.5);
  pause.cause = "io";
  pause.scope = "system";
  auto outage = event("outage", 90);
  outage.detail = "power";
  auto stall = event("stall", 3);
  stall.cause = "io";
  stall.detail = "disk";
  auto lasting = stall;
  lasting.lasts = true;
  lasting.id = 100;
  x.events = event_counter{}.take({pause, outage, event("sleep", 60), stall, lasting}, to_seconds(example::now.wall));
  x.newest = sample_row{};
  (*x.newest)[sample_column::timestamp] = to_seconds(example::now.wall) - 2;
  (*x.newest)[sample_column::stress_total] = 31;
  (*x.newest)[sample_column::stress_load] = 31;
  return x;
}

bool has(const std::string& text, const std::string& line) {
  return text.find(line + '\n') != std::string::npos;
}

} // namespace

CAF_TEST(events are histograms by what they are) {
  const auto text = compose_metrics(example_input(), exposition_format::prometheus);
  CAF_CHECK(has(text, R"(pmactor_pause_seconds_bucket{cause="io",scope="system",le="10"} 0)"));
  CAF_CHECK(has(text, R"(pmactor_pause_seconds_bucket{cause="io",scope="system",le="30"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_pause_seconds_sum{cause="io",scope="system"} 12.5)"));
  CAF_CHECK(has(text, R"(pmactor_stall_seconds_count{resource="disk"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_outages_total{verdict="power"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_events_total{kind="sleep"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_events_total{kind="incident"} 0)"));
  CAF_CHECK(has(text, "pmactor_slept_seconds_total 60"));
  CAF_CHECK(has(text, "pmactor_unrecorded_seconds_total 90"));
}

CAF_TEST(the newest outage of a verdict is dated whatever its length) {
  auto x = example_input();
  const auto now = to_seconds(example::now.wall);
  auto shorter = event("outage", 40), longer = event("outage", 90000), other = event("outage", 3);
  shorter.detail = longer.detail = "power";
  other.detail = "crash";
  shorter.ended = now - 70000;
  longer.ended = now - 300;
  other.ended = now - 500;
  x.events = event_counter{}.take({shorter, longer, other}, now);
  const auto text = compose_metrics(x, exposition_format::prometheus);
  CAF_CHECK(has(text, R"(pmactor_last_outage_timestamp_seconds{verdict="power"} )"
                        + printed("%.15g", now - 300)));
  CAF_CHECK(has(text, R"(pmactor_last_outage_timestamp_seconds{verdict="crash"} )"
                        + printed("%.15g", now - 500)));
}

CAF_TEST(what lasts is in progress) {
  const auto text = compose_metrics(example_input(), exposition_format::prometheus);
  CAF_CHECK(has(text, R"(pmactor_event_in_progress{kind="stall",resource="disk"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_event_in_progress{kind="stall",resource="memory"} 0)"));
  CAF_CHECK(has(text, R"(pmactor_event_in_progress{kind="critical",resource="none"} 0)"));
}

CAF_TEST(the daemon and the machine differ in their labels) {
  const auto text = compose_metrics(example_input(), exposition_format::prometheus);
  CAF_CHECK(has(text, R"(pmactor_build_info{version="1.2.3"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_host_info{host="ada-7",machine_id="0123456789abcdef0123456789abcdef",boot_id=")"
                        + example::boot_id + R"(",rack="r12"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_health{state="healthy"} 1)"));
  CAF_CHECK(has(text, R"(pmactor_health{state="dead"} 0)"));
  CAF_CHECK(has(text, "pmactor_up 1"));
  CAF_CHECK(has(text, R"(pmactor_actor_restarts_total{actor="storage-writer"} 0)"));
  CAF_CHECK(has(text, R"(pmactor_beat_lateness_seconds_bucket{le="0.001"} 0)"));
  CAF_CHECK(has(text, R"(pmactor_beat_lateness_seconds_bucket{le="0.005"} 1)"));
  CAF_CHECK(has(text, "pmactor_stress_points 31"));
}

CAF_TEST(what is not known is absent) {
  auto x = example_input();
  x.events.reset();
  (*x.newest)[sample_column::timestamp] = to_seconds(example::now.wall) - 3600;
  auto text = compose_metrics(x, exposition_format::prometheus);
  CAF_CHECK_EQUAL(text.find("pmactor_events_total"), text.npos);
  CAF_CHECK_EQUAL(text.find("pmactor_stress_points"), text.npos);
  CAF_CHECK_EQUAL(text.find("part=\"io\""), text.npos);
  x.health.report.reset();
  x.health.verdict.state = health_state::not_running;
  text = compose_metrics(x, exposition_format::prometheus);
  CAF_CHECK_EQUAL(text.find("pmactor_heartbeat_timestamp_seconds"), text.npos);
  CAF_CHECK(has(text, "pmactor_up 0"));
}

CAF_TEST(every family is described and is in one piece) {
  for (const auto format : {exposition_format::openmetrics, exposition_format::prometheus}) {
    std::istringstream in{compose_metrics(example_input(), format)};
    static const std::regex head{R"(# (HELP|TYPE|UNIT) (\w+) (.+))"}, sample{R"re((\w+)(\{.*\})? (\S+)( # \{.*\} \S+ \S+)?)re"};
    std::set<std::string> seen, series;
    std::string family, unit;
    for (std::string line; std::getline(in, line);) {
      std::smatch found;
      if (line == "# EOF")
        continue;
      if (std::regex_match(line, found, head)) {
        if (found[1] == "HELP") {
          family = found[2];
          CAF_CHECK(seen.insert(family).second);
        }
        CAF_CHECK_EQUAL(found[2].str(), family);
        if (found[1] == "UNIT")
          CAF_CHECK(family.ends_with('_' + found[3].str()));
        continue;
      }
      CAF_CHECK(std::regex_match(line, found, sample));
      CAF_CHECK(found[1].str().starts_with(family));
      CAF_CHECK(series.insert(found[1].str() + found[2].str()).second);
    }
    CAF_CHECK(seen.size() > 25);
  }
}

CAF_TEST(a count names its newest event where the form allows it) {
  const auto text = compose_metrics(example_input(), exposition_format::openmetrics);
  static const std::regex line{R"re(pmactor_pause_seconds_bucket\{.*le="30.0"\} 1 # \{event_id="1764\d+"\} 12.5 [\d.]+\n)re"};
  CAF_CHECK(std::regex_search(text, line));
  CAF_CHECK(text.ends_with("# EOF\n"));
}

CAF_TEST(the number of series is bounded whatever the history holds) {
  auto x = example_input();
  std::vector<tallied_event> rows;
  for (int i = 0; i < 5000; ++i) {
    auto e = event("pause", 1);
    e.cause = "cause" + std::to_string(i);
    e.scope = "scope" + std::to_string(i % 7);
    e.lasts = i % 2 == 0;
    rows.push_back(e);
  }
  x.events = event_counter{}.take(rows, to_seconds(example::now.wall));
  const auto text = compose_metrics(x, exposition_format::prometheus);
  CAF_CHECK(std::count(text.begin(), text.end(), '\n') < 4000);
}
