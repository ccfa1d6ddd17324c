// The whole house as production builds it, on the deterministic scheduler, in a world of its own: scripted
// counters, a scripted sampler child, a history in memory.
#define CAF_SUITE topology

#include "app/topology.hpp"

#include "support/actor_fixture.hpp"
#include "support/powermetrics_stream.hpp"
#include "support/scripted_child.hpp"

#include <map>
#include <random>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// What was committed; outlives every connection.
struct stored_rows {
  std::map<std::uint64_t, scored_sample> samples; ///< By tick.
  int twice = 0;                                  ///< Samples that came again and were skipped.
  std::map<std::chrono::nanoseconds, event_record> events; ///< By start.
  std::optional<storage_failure> fails;           ///< Every commit, with this.
};

class history_in_memory final : public history_port {
public:
  explicit history_in_memory(stored_rows& rows) : rows_(rows) {
  }

  std::size_t store(std::span<const history_row> rows) override {
    if (rows_.fails)
      throw storage_problem{*rows_.fails, "The disk of this test failed."};
    std::size_t fresh = 0;
    for (const auto& x : rows)
      if (const auto* sample = std::get_if<scored_sample>(&x)) {
        if (rows_.samples.emplace(sample->system.tick, *sample).second)
          ++fresh;
        else
          ++rows_.twice;
      } else if (const auto* event = std::get_if<event_record>(&x)) {
        rows_.events.emplace(event->event.started, *event);
      } else if (const auto* amendment = std::get_if<event_amendment>(&x)) {
        for (auto& [started, known] : rows_.events)
          if (known.event.id == amendment->id)
            amend(known, *amendment);
      }
    return fresh;
  }

  prune_result prune(const prune_order&) override {
    return {};
  }

  std::vector<std::string> pinned_folders() override {
    return {};
  }

  history_size size() override {
    return {rows_.samples.size(), 0};
  }

  const std::string& opened() const override {
    return nothing_;
  }

  const std::string& alarm() const override {
    return nothing_;
  }

  std::string set_aside(const std::string&) override {
    return {};
  }

  void end() override {
  }

private:
  stored_rows& rows_;
  std::string nothing_;
};

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
  recorder_state state() const override {
    return {1, "who is on 1 CPU", {}};
  }
};

struct fixture : actor_fixture {
  std::vector<std::unique_ptr<health_page>> former;
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  stored_rows rows;
  scripted_children children;
  topology_options options;
  supervisor_actor root;
  double load = 0.5;
  std::function<void(beat_batch)> report_beats; ///< Of the beat's thread.
  std::function<void(const reload_result&)> on_reloaded;
  start_switch_source switches;
  std::chrono::nanoseconds waited{}; ///< What the beat waits for a CPU in a pause; else it is stopped.

  fixture() {
    options.conf.powermetrics.command = {"the-sampler"};
    options.conf.sampling.normal_every = 1s;
    options.conf.supervision = restart_policy{1000, 60s, 10ms, 100ms};
  }

  ~fixture() override {
    root = nullptr;
    finish();
  }

  void start() {
    topology_seams seams;
    seams.all_pooled = true;
    seams.read_counters = [this] {
      system_counters x;
      x.at.awake = x.at.total = now();
      x.at.wall = 1'700'000'000s + now();
      x.cores = 1;
      x.load1 = load;
      return x;
    };
    seams.start_child = children.starter();
    seams.beat = [this](const beat_policy&, std::function<void(beat_batch)> report) {
      report_beats = std::move(report);
      return std::make_unique<beat_source>();
    };
    seams.switches = switches;
    seams.read_settings = [this] { return options.conf; };
    seams.on_reloaded = on_reloaded;
    seams.open = [this](damaged_file) { return std::make_unique<history_in_memory>(rows); };
    root = spawn(supervisor, make_topology(options, seams, *page, lived));
    consume_messages();
  }

  clock_sample clocks() {
    return {now(), now(), 1'700'000'000s + now()};
  }

  /// The host stops for a while, and somebody continues it.
  void pause(std::chrono::nanoseconds length) {
    late_beat late;
    late.period = 100ms;
    late.before.at = clocks();
    late.before.continues = 0;
    late.deadline = late.before.at.awake + late.period;
    advance_time(length);
    beat();
    late.after.at = clocks();
    late.after.continues = waited > 0ns ? 0 : 1;
    late.before.own_wait = 0ns;
    late.after.own_wait = waited;
    report_beats({{late.after.at, late.period, {length - late.period}, 0ns, 0}, {late}, {}});
    consume_messages();
  }

  health_slot& slot(std::string_view name) {
    for (auto& x : page->slots)
      if (x.name.read() == name)
        return x;
    throw std::runtime_error("no actor of this name");
  }

  /// Every tick up to the newest is there.
  void check_no_gap(std::uint64_t at_least) {
    CAF_REQUIRE(!rows.samples.empty());
    CAF_CHECK_EQUAL(rows.samples.begin()->first, 1u);
    CAF_CHECK_EQUAL(rows.samples.rbegin()->first, rows.samples.size());
    CAF_CHECK(rows.samples.size() >= at_least);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(a minute of health is sixty rows) {
  start();
  live(59s);
  check_no_gap(60);
  CAF_CHECK_EQUAL(rows.samples.size(), 60u);
  CAF_CHECK_EQUAL(rows.twice, 0);
  CAF_CHECK_EQUAL(page->samples_taken.load(), 60u);
  CAF_CHECK_EQUAL(page->samples_stored.load(), 60u);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(what the sampler child writes reaches the row of the next second) {
  start();
  live(1s);
  children.write(second_document("<key>tasks</key><array>" + plist_task(42, "rsync", "750") + "</array>"),
                 {});
  live(2s);
  const auto& processes = rows.samples.rbegin()->second.processes;
  CAF_REQUIRE(processes.size() == 1);
  CAF_CHECK_EQUAL(processes.front().name, "rsync");
  CAF_CHECK_EQUAL(processes.front().cpu_pct.value_or(-1), 75);
}

CAF_TEST(in the normal mode one second in five is stored and the others are counted) {
  options.conf.sampling.normal_every = 5s;
  start();
  live(49s);
  CAF_CHECK_EQUAL(rows.samples.size(), 10u);
  CAF_CHECK_EQUAL(page->samples_discarded.load(), 40u);
}

CAF_TEST(stress brings every second and calm brings every fifth again) {
  options.conf.sampling.normal_every = 5s;
  start();
  live(20s);
  load = 3; // two more than its one CPU: 40 points
  live(20s);
  const auto watched = rows.samples.size();
  CAF_CHECK(watched >= 24);
  load = 0.5;
  live(60s);
  CAF_CHECK(rows.samples.size() - watched <= 18);
}

CAF_TEST(a killed sampler child costs no second) {
  start();
  for (int i = 0; i < 30; ++i) {
    live(1s);
    children.write(second_document(), {});
    consume_messages();
    if (i % 7 == 3)
      children.end({true, 9});
  }
  check_no_gap(30);
}

CAF_TEST(a disk that fails for a minute costs no second) {
  start();
  live(10s);
  rows.fails = storage_failure::full;
  live(60s);
  CAF_CHECK(!slot("storage-writer").degraded.read().empty());
  rows.fails.reset();
  live(10s);
  check_no_gap(80);
  CAF_CHECK(slot("storage-writer").degraded.read().empty());
}

CAF_TEST(ten minutes of random failures cost no second and double none) {
  options.drill_every = 200ms;
  for (options.drill_seed = 1; options.drill_seed <= 3; ++options.drill_seed) {
    start();
    for (int i = 0; i < 200; ++i) {
      live(1s);
      children.write(second_document(), {});
      consume_messages();
    }
    check_no_gap(199);
    CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
    std::uint32_t restarts = 0;
    for (const auto& x : page->slots) {
      restarts += x.restarts;
      CAF_CHECK_EQUAL(x.set_aside.load(), 0u);
    }
    CAF_CHECK(restarts > 800);
    caf::anon_send(root, stop_all{});
    consume_messages();
    rows = {};
    // Delayed messages still find their way to those of before, which write to their page.
    former.push_back(std::exchange(page, std::make_unique<health_page>()));
  }
}

CAF_TEST(a reload costs no second and doubles none) {
  start();
  for (int i = 0; i < 30; ++i) {
    live(1s);
    if (i % 3 == 1) {
      options.conf.storage.keep_samples += 1h; // each role, by turns and together
      options.conf.scorer.stress.load_points += 1;
      options.conf.sampling.calm_below = 20 + i % 2;
      options.conf.recorder.record.lead_up -= 1s;
      options.conf.pauses.find.least_lateness += 1ms;
      options.conf.powermetrics.silent_intervals += 1;
      caf::anon_send(root, reload{});
      if (i % 2 == 1)
        consume_messages();
    }
  }
  live(1s);
  check_no_gap(31);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(a reload restarts the roles alone whose policy has changed) {
  std::vector<reload_result> results;
  on_reloaded = [&results](const reload_result& x) { results.push_back(x); };
  start();
  live(2s);
  std::map<std::string, std::uint32_t> before;
  const auto restarted = [&] {
    std::vector<std::string> names;
    for (auto& x : page->slots)
      if (const auto name = x.name.read(); !name.empty()) {
        auto& known = before[name];
        if (known != 0 && x.generation > known)
          names.push_back(name);
        known = x.generation;
      }
    return names;
  };
  const auto reloaded = [&](auto change) {
    restarted();
    change(options.conf);
    caf::anon_send(root, reload{});
    consume_messages();
    CAF_REQUIRE(!results.empty());
    auto names = restarted();
    CAF_CHECK_EQUAL(results.back().restarted, names);
    results.clear();
    return names;
  };
  using names = std::vector<std::string>;
  CAF_CHECK_EQUAL(reloaded([](settings&) {}), names{});
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.notifications.when.enabled = false; }), names{"notifier"});
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.log.max_files = 7; }), names{});
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.supervision.period = 59s; }), names{});
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.storage.keep_samples = 72h; }), names{"storage-writer"});
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.pauses.find.least_lateness = 300ms; }),
                  (names{"pause-detector", "clock-sampler"}));
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.sampling.learning = true; }),
                  (names{"notifier", "sample-policy"}));
  CAF_CHECK_EQUAL(children.lives.size(), 1u); // through all of it
  CAF_CHECK_EQUAL(reloaded([](settings& x) { x.powermetrics.interval = 2s; }), names{"powermetrics-reader"});
}

CAF_TEST(changed settings hold after a reload) {
  options.conf.sampling.normal_every = 1s;
  start();
  live(9s);
  CAF_CHECK_EQUAL(rows.samples.size(), 10u);
  options.conf.sampling.normal_every = 5s;
  live(10s);
  CAF_CHECK_EQUAL(rows.samples.size(), 20u); // it is not acknowledged yet
  caf::anon_send(root, reload{});
  consume_messages();
  live(50s);
  CAF_CHECK(rows.samples.size() >= 29 && rows.samples.size() <= 32);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(a pause of the host is no missed second) {
  start();
  live(10s);
  advance_time(90s);
  consume_messages();
  live(10s);
  check_no_gap(20);
  CAF_CHECK(rows.samples.size() <= 22);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
}

CAF_TEST(without a beat each second is taken all the same and the page says what is missing) {
  start();
  live(10s);
  CAF_CHECK(slot("clock-sampler").degraded.read().empty());
  live_without_beat(60s);
  CAF_CHECK(slot("clock-sampler").degraded.read().find("No beat comes") == 0);
  check_no_gap(66);
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
  live(3s);
  CAF_CHECK(slot("clock-sampler").degraded.read().empty());
}

CAF_TEST(a beat that never came keeps no second from being taken) {
  start();
  live_without_beat(60s);
  CAF_CHECK(slot("clock-sampler").degraded.read().find("No beat comes") == 0);
  check_no_gap(55);
}

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

CAF_TEST(a pause in which others held the CPU is stored with who did it) {
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
  CAF_CHECK_EQUAL(slot("switch-recorder").note.read(), "tier 1: records who is on 1 CPU");
}

CAF_TEST(a critical episode is an event with its length in lived time) {
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
  CAF_CHECK(x.event.ended > x.event.started);
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

CAF_TEST(a stop lets everything that was taken be stored) {
  start();
  live(7s);
  const auto taken = page->samples_taken.load();
  caf::anon_send(root, stop_all{});
  consume_messages();
  CAF_CHECK_EQUAL(rows.samples.size(), taken);
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
