// What the whole house stores of pauses and critical episodes.
#define CAF_SUITE topology_events

#include "app/topology.hpp"

#include "support/topology_fixture.hpp"

#include <random>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// One process was on the only CPU all the time.
class one_hog : public switch_source {
public:
  switch_log take(std::chrono::nanoseconds since) override {
    switch_log log;
    log.taken = since + 1h;
    log.cpus = {{0, since, {{since, log.taken, 21, 21, true}}}};
    log.processes[21].name = "spinner";
    return log;
  }
  bool follow(const switch_rate&) override {
    return false;
  }
  recorder_state state() const override {
    return {1, "the task on 1 CPU", {}};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, topology_fixture)

CAF_TEST(a pause is stored with what led to it) {
  start();
  load = 2;
  live(200s);
  pause(3s);
  live(1s);
  CAF_REQUIRE_EQUAL(rows.events.size(), 1u);
  const auto& x = rows.events.begin()->second;
  CAF_CHECK(x.event.cause == pause_cause::stopped);
  CAF_CHECK(x.event.duration == 2950ms);
  CAF_CHECK_EQUAL(x.stress.value_or(stress_score{}).load.value_or(-1), 20);
  CAF_CHECK(x.lead_up.size() >= 119 && x.lead_up.size() <= 121);
}

CAF_TEST(a pause in which others held the CPU is stored with the processes that did) {
  switches = [](const switch_recorder_policy&) { return std::make_unique<one_hog>(); };
  start();
  live(5s);
  waited = 3s;
  pause(3s);
  live(2s);
  CAF_REQUIRE_EQUAL(rows.events.size(), 1u);
  const auto& row = rows.events.begin()->second;
  CAF_CHECK(row.event.cause == pause_cause::cpu_wait);
  CAF_REQUIRE(row.event.blame.has_value());
  CAF_REQUIRE_EQUAL(row.event.blame->doers.size(), 1u);
  CAF_CHECK_EQUAL(row.event.blame->doers[0].name, "spinner");
  CAF_CHECK(row.event.blame->harm == row.event.book[pause_cause::cpu_wait].length);
  CAF_REQUIRE_EQUAL(row.culprits.size(), 1u);
  CAF_CHECK_EQUAL(row.culprits[0].name, "spinner");
  CAF_CHECK_EQUAL(slot("switch-recorder").note.read(), "tier 1: records the task on 1 CPU");
}

CAF_TEST(a critical episode is an event as long as its begin and its end are apart) {
  options.conf.sampling.critical_at = 35;
  options.conf.sampling.relieved_below = 25;
  start();
  live(130s);
  load = 4; // 40 points
  live(20s);
  CAF_REQUIRE_EQUAL(rows.events.size(), 1u); // from its beginning on
  CAF_CHECK(rows.events.begin()->second.event.kind == event_kind::critical);
  load = 0.5;
  live(20s);
  CAF_REQUIRE_EQUAL(rows.events.size(), 1u);
  const auto& x = rows.events.begin()->second;
  CAF_CHECK(x.event.duration >= 20s && x.event.duration <= 27s);
  CAF_CHECK(x.event.ended - x.event.started == x.event.duration);
  CAF_CHECK_EQUAL(x.stress.value_or(stress_score{}).load.value_or(-1), 40);
}

CAF_TEST(pauses of any length that follow each other are each stored once) {
  start();
  live(5s);
  const std::vector<std::chrono::nanoseconds> lengths{300ms, 1s, 90s, 400ms, 10s, 300ms, 60s};
  for (const auto length : lengths) {
    pause(length);
    live(200ms);
  }
  CAF_REQUIRE_EQUAL(rows.events.size(), lengths.size());
  auto i = lengths.begin();
  for (const auto& [started, x] : rows.events)
    CAF_CHECK(x.event.duration == *i++ - 50ms);
  check_no_gap(5);
}

CAF_TEST(no pause is lost or doubled by random failures) {
  options.drill_every = 200ms;
  options.drill_seed = 7;
  start();
  std::mt19937 random{3}; // NOLINT: the same each time
  int pauses = 0;
  for (int i = 0; i < 300; ++i) {
    live(std::chrono::milliseconds{std::uniform_int_distribution<int>{50, 1500}(random)}, 10ms);
    pause(500ms);
    ++pauses;
  }
  live(20s);
  CAF_CHECK_EQUAL(rows.events.size(), static_cast<std::size_t>(pauses));
}

CAF_TEST(what was not stored before the end is collected for the next run) {
  std::function<std::vector<history_row>()> unstored;
  options.unstored = &unstored;
  start();
  live(10s);
  rows.fails = storage_failure::busy;
  live(60s); // more than may be on their way at once
  pause(2s);
  live(2s);
  caf::anon_send(root, stop_all{});
  live(3s);
  std::size_t samples = 0, events = 0;
  std::uint64_t last = 0;
  for (const auto& row : unstored())
    if (const auto* sample = std::get_if<scored_sample>(&row)) {
      CAF_CHECK(sample->system.tick > last);
      last = sample->system.tick;
      ++samples;
    } else if (std::holds_alternative<event_record>(row)) {
      ++events;
    }
  CAF_CHECK_EQUAL(rows.samples.size() + samples, page->samples_taken.load());
  CAF_CHECK_EQUAL(last, page->samples_taken.load());
  CAF_CHECK_EQUAL(events, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
