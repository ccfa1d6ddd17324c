#define CAF_SUITE stress_scorer

#include "actors/stress_scorer/stress_scorer.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct sink_state {
  sink_state() = default;
  static constexpr const char* name = "sink";
};

scored_sink_actor::behavior_type sink(actor_pointer<scored_sink_actor, sink_state>,
                                      std::vector<scored_sample>* seen) {
  return {[seen](const scored_sample& x) { seen->push_back(x); }};
}

memory_sink_actor::behavior_type keeper(actor_pointer<memory_sink_actor, sink_state>,
                                        std::vector<remember>* kept) {
  return {[kept](const remember& x) { kept->push_back(x); }};
}

struct fixture : actor_fixture {
  std::vector<scored_sample> seen;
  std::vector<remember> kept;
  std::shared_ptr<stress_scorer_memory> memory = std::make_shared<stress_scorer_memory>();
  scored_sink_actor to = spawn(sink, &seen);
  memory_sink_actor keep = spawn(keeper, &kept);
  stress_scorer_actor aut;

  fixture() {
    for (const auto* role : {"sample-policy", "flight-recorder"}) // as the topology does
      memory->scored.try_emplace(role);
    start();
  }

  ~fixture() override {
    finish();
  }

  void start() {
    aut = spawn(stress_scorer, actor_slot_ref{}, stress_scorer_policy{}, memory);
    caf::anon_send(aut, link_to{"sample-policy"}, to);
    caf::anon_send(aut, link_to{"storage-writer"}, keep);
    consume_messages();
  }

  void second(std::uint64_t tick, double io = 1e6, std::chrono::nanoseconds interval = 1s) {
    system_sample x;
    x.tick = tick;
    x.interval = interval;
    x.lived = 1s;
    x.load1 = 4;
    x.cores = 2;
    x.io_read = io;
    caf::anon_send(aut, x);
    consume_messages();
  }

  void power(double temp, std::chrono::nanoseconds elapsed = 1s) {
    power_sample x;
    x.elapsed = elapsed;
    x.cpu_temp_c = temp;
    caf::anon_send(aut, x);
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(the worst beat since the last second is scored once) {
  for (const double ratio : {1.2, 2.0, 1.1}) {
    latency_window window;
    window.worst_ratio = ratio;
    caf::anon_send(aut, window);
  }
  second(1);
  second(2);
  CAF_REQUIRE_EQUAL(seen.size(), 2u);
  CAF_CHECK_EQUAL(seen[0].stress.latency.value_or(-1), 20.0);
  CAF_CHECK(!seen[1].stress.latency);
}

CAF_TEST(a second says by how much the beat and the witnesses were late since the one before) {
  memory->witnesses = std::make_shared<lateness_board>();
  for (const auto late : {3ms, 120ms, 1ms}) {
    latency_window window;
    window.beats = 10;
    window.max = late;
    caf::anon_send(aut, window);
  }
  lateness words;
  words.note(late_part::disk, 5s);
  memory->witnesses->note(words);
  second(1);
  second(2);
  CAF_REQUIRE_EQUAL(seen.size(), 2u);
  words.note(late_part::beat, 120ms);
  CAF_CHECK_EQUAL(seen[0].late, words);
  CAF_CHECK_EQUAL(seen[1].late, lateness{});
}

CAF_TEST(each second is joined with the newest power sample and scored) {
  power(50);
  power(60);
  second(1);
  CAF_REQUIRE_EQUAL(seen.size(), 1u);
  CAF_CHECK_EQUAL(seen[0].system.tick, 1u);
  CAF_CHECK_EQUAL(seen[0].cpu_temp_c.value(), 60.0);
  CAF_CHECK_EQUAL(seen[0].stress, (stress_score{20, {}, {}, {}, 0}));
}

CAF_TEST(of two documents within one second none is lost) {
  second(1);
  power_sample across; // written as a pause ended, over all of it
  across.elapsed = 3s;
  across.tasks.emplace_back().pid = 7;
  across.tasks[0].cpu_pct = 100;
  power_sample newest;
  newest.elapsed = 1s;
  caf::anon_send(aut, across);
  caf::anon_send(aut, newest);
  consume_messages();
  second(2);
  CAF_REQUIRE_EQUAL(seen.size(), 2u);
  CAF_CHECK(seen[1].processes_window == 4s);
  CAF_REQUIRE_EQUAL(seen[1].processes.size(), 1u);
  CAF_CHECK_EQUAL(seen[1].processes[0].pid, 7);
  power(60); // the next one stands for itself
  second(3);
  CAF_CHECK(seen[2].processes_window == 1s);
}

CAF_TEST(a second that is sent again is scored once) {
  second(1);
  second(2);
  second(2);
  second(1);
  CAF_CHECK_EQUAL(seen.size(), 2u);
  CAF_CHECK_EQUAL(memory->baseline.samples, 2u);
}

CAF_TEST(seconds that the flight recorder was down for reach its successor) {
  std::vector<scored_sample> recorded;
  const auto link = [this, &recorded] {
    const auto to_link = spawn(sink, &recorded);
    caf::anon_send(aut, link_to{"flight-recorder"}, to_link);
    consume_messages();
    return to_link;
  };
  second(1);
  const auto first = link();
  second(2);
  kill(first);
  second(3);
  kill(aut);
  start();
  second(4);
  link();
  CAF_REQUIRE_EQUAL(recorded.size(), 4u);
  CAF_CHECK_EQUAL(recorded[3].system.tick, 4u);
}

CAF_TEST(a power sample is used until it is stale and a pause does not age it) {
  power(50);
  second(1);
  second(2, 1e6, 90s); // a pause
  CAF_CHECK(seen[1].cpu_temp_c.has_value());
  second(3);
  CAF_CHECK(seen[2].cpu_temp_c.has_value());
  second(4);
  CAF_CHECK(!seen[3].cpu_temp_c);
  power(51);
  second(5);
  CAF_CHECK_EQUAL(seen[4].cpu_temp_c.value(), 51.0);
}

CAF_TEST(a power sample with a sleep in it is stale as soon as others) {
  power(50);
  second(1);
  second(2, 1e6, 300s);
  power(51, 301s);
  for (std::uint64_t i = 3; i <= 20; ++i)
    second(i);
  CAF_CHECK_EQUAL(seen[2].cpu_temp_c.value_or(0), 51.0);
  CAF_CHECK(!seen.back().cpu_temp_c);
}

CAF_TEST(a spike is compared before it is learned) {
  for (std::uint64_t i = 1; i <= 100; ++i)
    second(i);
  second(101, 50e6);
  CAF_CHECK_EQUAL(seen[99].stress.io.value(), 0.0);
  CAF_CHECK_EQUAL(seen[100].stress.io.value(), 20.0);
}

CAF_TEST(the baseline of an earlier run is gone on with) {
  kill(aut);
  *memory = {};
  memory->baseline = parse_baseline("fast=1000000 slow=1000000 samples=60").value();
  start();
  second(1, 50e6); // a spike for a baseline that was learned
  CAF_CHECK_EQUAL(seen[0].stress.io.value(), 20.0);
  CAF_CHECK_EQUAL(memory->baseline.samples, 61u);
}

CAF_TEST(a first run starts from the settings) {
  CAF_CHECK(memory->baseline == start_learning({}));
}

CAF_TEST(the baseline is kept once it was learned and every ten minutes) {
  for (std::uint64_t i = 1; i <= 1199; ++i)
    second(i);
  CAF_REQUIRE_EQUAL(kept.size(), 2u);
  CAF_CHECK_EQUAL(kept[0].key, io_baseline_key);
  CAF_CHECK(parse_baseline(kept[0].value).value().samples == 60u);
  CAF_CHECK(parse_baseline(kept[1].value).value().samples == 600u);
}

CAF_TEST(the baseline is kept at an orderly exit and not at a crash) {
  second(1);
  caf::anon_send_exit(aut, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK(parse_baseline(kept[0].value).value().samples == 1u);
  start();
  second(2);
  const auto before = kept.size();
  kill(aut);
  CAF_CHECK_EQUAL(kept.size(), before);
}

CAF_TEST(a scorer that never saw traffic keeps nothing) {
  caf::anon_send_exit(aut, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(kept.empty());
}

CAF_TEST(a successor knows what its predecessor knew) {
  power(50);
  second(1);
  kill(aut);
  start();
  second(1); // sent again
  second(2);
  CAF_REQUIRE_EQUAL(seen.size(), 2u);
  CAF_CHECK_EQUAL(seen[1].cpu_temp_c.value(), 50.0);
  CAF_CHECK_EQUAL(memory->baseline.samples, 2u);
}

CAF_TEST(scores wait for their sink and its successor gets what it did not acknowledge) {
  kill(to);
  second(1);
  second(2);
  to = spawn(sink, &seen);
  caf::anon_send(aut, link_to{"sample-policy"}, to);
  consume_messages();
  CAF_CHECK_EQUAL(seen.size(), 2u);
}

CAF_TEST(a scorer that died while joining has its power sample dropped) {
  power(50);
  memory->joining = true; // as a predecessor leaves it that died half way
  kill(aut);
  start();
  second(1);
  CAF_CHECK(!seen[0].cpu_temp_c);
  CAF_CHECK(!memory->joining);
}

CAF_TEST(starting afresh keeps which seconds were seen) {
  second(7);
  kill(aut);
  std::atomic<std::uint64_t> lost{0};
  memory->scored["sample-policy"].lost = &lost;
  memory->scored["sample-policy"].waiting.push_back({1, {}, 0});
  memory->start_afresh();
  CAF_CHECK_EQUAL(lost.load(), 1u);
  memory->scored["sample-policy"].lost = nullptr;
  start();
  second(7);
  second(8);
  CAF_CHECK_EQUAL(seen.size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
