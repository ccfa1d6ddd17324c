#define CAF_SUITE system_metrics

#include "actors/system_metrics/system_metrics.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct sink_state {
  sink_state() = default;
  static constexpr const char* name = "sink";
};

system_sink_actor::behavior_type sink(actor_pointer<system_sink_actor, sink_state>,
                                      std::vector<system_sample>* seen) {
  return {[seen](const system_sample& x) { seen->push_back(x); }};
}

switch_rate_sink_actor::behavior_type rate_sink(actor_pointer<switch_rate_sink_actor, sink_state>,
                                                std::vector<switch_rate>* seen) {
  return {[seen](const switch_rate& x) { seen->push_back(x); }};
}

struct fixture : actor_fixture {
  std::vector<system_sample> seen;
  std::vector<switch_rate> rates;
  std::uint64_t switches = 0; ///< Since boot.
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  std::shared_ptr<system_metrics_memory> memory = std::make_shared<system_metrics_memory>();
  std::chrono::nanoseconds started = now();
  bool broken = false;
  system_sink_actor to = spawn(sink, &seen);
  switch_rate_sink_actor rates_to = spawn(rate_sink, &rates);
  system_metrics_actor aut;

  fixture() {
    start();
  }

  ~fixture() override {
    finish();
  }

  /// A machine that reads 1000 bytes a second and has one of two CPUs busy.
  system_counters read() {
    if (broken)
      throw std::runtime_error("cannot read");
    system_counters x;
    const auto run = now() - started;
    x.at = {now(), now(), now()};
    x.cpu = cpu_times{static_cast<std::uint64_t>(run / 1ms), static_cast<std::uint64_t>(run / 1ms)};
    x.disks = {{"sda", static_cast<std::uint64_t>(run / 1ms), 0}};
    x.load1 = 1;
    x.cores = 2;
    x.switches = switches;
    return x;
  }

  void start() {
    aut = spawn(system_metrics, actor_slot_ref{&page->slots[0]}, tick_policy{}, [this] { return read(); },
                &lived, memory, page.get());
    link();
  }

  void link() {
    caf::anon_send(aut, link_to{"stress-scorer"}, to);
    caf::anon_send(aut, link_to{"switch-recorder"}, rates_to);
    consume_messages();
  }

  std::vector<std::uint64_t> ticks() const {
    std::vector<std::uint64_t> result;
    for (const auto& x : seen)
      result.push_back(x.tick);
    return result;
  }

  /// The times of the samples, in milliseconds since the start.
  std::vector<std::int64_t> times() const {
    std::vector<std::int64_t> result;
    for (const auto& x : seen)
      result.push_back((x.at.awake - started) / 1ms);
    return result;
  }
};

using numbers = std::vector<std::uint64_t>;
using millis = std::vector<std::int64_t>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(each second brings one sample) {
  live(5s);
  CAF_CHECK_EQUAL(ticks(), (numbers{1, 2, 3, 4, 5, 6}));
  CAF_CHECK_EQUAL(times(), (millis{0, 1000, 2000, 3000, 4000, 5000}));
  CAF_CHECK(!seen[0].io_read);
  CAF_CHECK_EQUAL(seen[1].io_read.value(), 1000.0);
  CAF_CHECK_EQUAL(seen[5].cpu_pct.value(), 50.0);
  CAF_CHECK_EQUAL(page->samples_taken.load(), 6u);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(only while the machine switches much is that reported) {
  live(30s);
  CAF_CHECK(rates.empty());
  switches += 80'000;
  live(1s);
  CAF_CHECK((rates == std::vector<switch_rate>{switch_rate{80'000}}));
  live(60s);
  CAF_CHECK_EQUAL(rates.size(), 16u);
}

CAF_TEST(a pause moves the next tick by what of it was not lived) {
  live(2s + 500ms);
  advance_time(90s); // paused; until the next beat the clock takes 200 ms of it for lived
  consume_messages();
  live(2s);
  CAF_CHECK_EQUAL(times(), (millis{0, 1000, 2000, 92850, 93850}));
  CAF_CHECK(seen[3].interval == 90s + 850ms);
  CAF_CHECK(seen[3].lived == 1s);
  CAF_CHECK_EQUAL(seen[3].io_read.value(), 1000.0);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(a pause over the time of a tick makes no tick but the one that was nearly lived) {
  live(2s + 900ms);
  advance_time(90s);
  consume_messages();
  live(2s);
  CAF_CHECK_EQUAL(times(), (millis{0, 1000, 2000, 92900, 93850, 94850}));
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(pauses on end do not starve the metronome) {
  live(1s);
  for (int i = 0; i < 100; ++i) {
    advance_time(60s);
    consume_messages();
    live(100ms);
  }
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
  CAF_CHECK(seen.size() >= 12 && seen.size() <= 32); // 10 s between them, and at most 200 ms of each
}

CAF_TEST(without a beat the metronome goes on by the pulse) {
  live(2s);
  for (int i = 0; i < 30; ++i) {
    advance_time(1s);
    lived.pulse(now(), 1s);
    consume_messages();
  }
  CAF_CHECK(seen.size() >= 30);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(the clock is disturbed once in ten seconds) {
  unsigned arrangements = 0;
  auto before = sched.clock().schedule().size();
  for (int i = 0; i < 40; ++i) {
    live(1s);
    const auto waiting = sched.clock().schedule().size();
    arrangements += waiting > before ? 1 : 0;
    before = waiting;
  }
  CAF_CHECK_EQUAL(arrangements, 4u);
}

CAF_TEST(a stall of the actors alone is missed where it is too long to make up for) {
  live(1s);
  for (int i = 0; i < 600; ++i) {
    advance_time(100ms);
    beat(); // and no actor runs
  }
  consume_messages();
  live(20s);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 54u);
  CAF_CHECK_EQUAL(page->samples_taken.load() + page->samples_missed.load(), 82u);
  CAF_CHECK(times().back() == 81000);
}

CAF_TEST(a successor goes on where its predecessor ended) {
  live(2s);
  kill(aut);
  start();
  live(2s);
  CAF_CHECK_EQUAL(ticks(), (numbers{1, 2, 3, 4, 5}));
  CAF_CHECK_EQUAL(times(), (millis{0, 1000, 2000, 3000, 4000}));
  CAF_CHECK_EQUAL(seen[3].io_read.value(), 1000.0); // from its predecessor's reading
}

CAF_TEST(a restart that takes long loses no second) {
  live(2s);
  kill(aut);
  for (int i = 0; i < 25; ++i) {
    advance_time(100ms);
    beat();
  }
  start();
  live(5s);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
  CAF_CHECK_EQUAL(page->samples_taken.load(), 10u);
  CAF_CHECK(times().back() == 9000);
}

CAF_TEST(a reading that fails is tried again by the successor) {
  live(2s);
  broken = true;
  live(1s);
  broken = false;
  start();
  live(1s);
  CAF_CHECK_EQUAL(ticks(), (numbers{1, 2, 3, 4, 5}));
}

CAF_TEST(samples wait for a sink) {
  kill(to);
  live(3s);
  CAF_CHECK_EQUAL(memory->samples.waiting.size(), 3u);
  to = spawn(sink, &seen);
  link();
  CAF_CHECK_EQUAL(ticks(), (numbers{1, 2, 3, 4}));
}

CAF_TEST(counters that the machine lacks are noted) {
  CAF_CHECK_EQUAL(page->slots[0].note.read(),
                  "This machine does not report: memory size, available memory, swap, network, CPU "
                  "pressure, memory pressure, I/O pressure.");
}

CAF_TEST(starting afresh keeps the numbers) {
  live(3s);
  kill(aut);
  memory->start_afresh();
  start();
  live(1s);
  CAF_CHECK_EQUAL(ticks(), (numbers{1, 2, 3, 4, 5}));
  CAF_CHECK(!seen[4].io_read); // without a reading before it

}

CAF_TEST_FIXTURE_SCOPE_END()
