// That the whole house loses no second and stores none twice, whatever fails, and what a reload changes.
#define CAF_SUITE topology

#include "app/topology.hpp"

#include "support/powermetrics_stream.hpp"
#include "support/topology_fixture.hpp"

#include <random>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(tests, topology_fixture)

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
      options.conf.flight_recorder.record.lead_up -= 1s;
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

CAF_TEST(a child that may be replaced while it hangs shares no memory with its successor) {
  topology_seams seams;
  seams.switches = [](const switch_recorder_policy&) { return std::unique_ptr<switch_source>{}; };
  const auto setup = make_topology(options, seams, *page, lived);
  std::vector<std::string> replaceable;
  for (const auto& x : setup.children)
    if (x.replaceable) {
      replaceable.push_back(x.id);
      CAF_CHECK(!x.forget);
    }
  CAF_CHECK_EQUAL(replaceable, std::vector<std::string>{"storage-writer"});
}

CAF_TEST(for a receiver that is not on this host nothing is kept and nothing dropped) {
  start();
  live(200s); // more than wait for one that is
  for (const auto& x : page->slots)
    CAF_CHECK_EQUAL(x.dropped.load(), 0u);
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

CAF_TEST(a stop lets everything that was taken be stored) {
  start();
  live(7s);
  const auto taken = page->samples_taken.load();
  caf::anon_send(root, stop_all{});
  consume_messages();
  CAF_CHECK_EQUAL(rows.samples.size(), taken);
}

CAF_TEST_FIXTURE_SCOPE_END()
