#define CAF_SUITE black_box

#include "actors/black_box/black_box.hpp"

#include "support/actor_fixture.hpp"
#include "support/box_records.hpp"
#include "support/event_listener.hpp"

#include "actors/black_box/compose_outage.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A host whose ring is a list.
class stand_in : public box_host {
public:
  void open() override {
    ++opens;
  }
  std::shared_ptr<const box_opening> opened() override {
    return opening;
  }
  box_look look() override {
    box_look x;
    x.disks = {{"sda", 3}};
    x.oom_kills = 1;
    x.kernel_lines = {"sda: I/O error"};
    x.is_clock_synchronised = synchronised;
    return x;
  }
  void write(const box_record& x) override {
    records.push_back(x);
  }
  box_writing how() override {
    return writing;
  }

  void discard() override {
    ++discards;
  }

  int opens = 0, discards = 0;
  bool synchronised = false;
  std::shared_ptr<const box_opening> opening;
  std::vector<box_record> records;
  box_writing writing;
};

std::shared_ptr<black_box_memory> make_memory() {
  auto result = std::make_shared<black_box_memory>();
  result->stored_by = "storage-writer";
  result->notified_by = "notifier";
  return result;
}

struct fixture : actor_fixture {
  std::shared_ptr<stand_in> host = std::make_shared<stand_in>();
  std::shared_ptr<black_box_memory> memory = make_memory();
  black_box_policy policy;
  received_events<event_record> stored, notified;
  event_sink_actor storage = spawn(event_listener<event_record>, &stored);
  event_sink_actor notifier = spawn(event_listener<event_record>, &notified);
  health_slot slot;
  black_box_actor aut;
  std::uint64_t ticks = 0;
  double stress = 0;
  std::chrono::nanoseconds booted = now(), wall_offset = box_clock(0s).wall;

  fixture() {
    start();
  }
  ~fixture() override {
    finish();
  }

  void start() {
    aut =
      spawn(black_box, actor_slot_ref{&slot}, policy, std::shared_ptr<box_host>{host}, &lived, memory);
  }
  void link() {
    caf::anon_send(aut, link_to{"storage-writer"}, storage);
    caf::anon_send(aut, link_to{"notifier"}, notifier);
    consume_messages();
  }
  void open(box_opening x = {}) {
    x.self.run = {1, 2, "boot"};
    host->opening = std::make_shared<const box_opening>(std::move(x));
  }
  static box_opening with_outage(bool is_mishap = true) {
    box_opening x;
    x.outage.emplace();
    x.outage->event.id = mint_event_id(event_kind::outage, 5s);
    x.outage->event.kind = event_kind::outage;
    x.outage->event.evidence = {"the power was lost"};
    x.outage->event.facts = R"({"cause":"power_loss","length_known":false})";
    x.outage->lead_up.resize(3);
    x.is_mishap = is_mishap;
    return x;
  }

  /// Lets seconds pass, with a sample in each.
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      live(1s, 100ms);
      scored_sample x;
      x.system.tick = ++ticks;
      x.system.at = {now(), now() - booted, now() - booted + wall_offset};
      x.system.interval = 1s;
      x.stress.load = stress;
      caf::anon_send(aut, x);
      consume_messages();
    }
  }
};

pause_event stall(std::chrono::nanoseconds began) {
  pause_event x;
  x.id = mint_event_id(event_kind::stall, began);
  x.kind = event_kind::stall;
  x.before.awake = began;
  x.stall.emplace();
  x.stall->resource = stall_resource::disk;
  x.stall->name = "sda";
  return x;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(black_box_tests, fixture)

CAF_TEST(nothing is written before it is known how the run before ended) {
  link();
  pass(5);
  CAF_CHECK(host->records.empty());
  CAF_CHECK_EQUAL(host->opens, 1);
  open();
  pass(1);
  CAF_REQUIRE_EQUAL(host->records.size(), 1u);
  CAF_CHECK_EQUAL(host->records[0].seconds.size(), 6u);
  CAF_CHECK(host->records[0].run == (box_run{1, 2, "boot"}));
  CAF_CHECK_EQUAL(host->records[0].disks.size(), 1u);
}

CAF_TEST(a write that hangs is reported and a pause in the middle of one is not) {
  stress = policy.urgent_stress; // a record a second
  open();
  host->writing.in_hand = 1;
  pass(2);
  advance_time(30s); // the host is paused
  pass(2);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
  pass(12);
  CAF_CHECK(slot.degraded.read().find("does not answer") != std::string::npos);
  host->writing.in_hand = 2; // that one is done, and the next one is begun
  pass(2);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
}

CAF_TEST(the past is settled once it is stored how the run before ended) {
  CAF_CHECK(!host->is_settled());
  open(with_outage());
  pass(2);
  CAF_CHECK(!host->is_settled()); // nothing is linked that stores it
  link();
  CAF_CHECK(host->is_settled());
}

CAF_TEST(the past is settled where there was no run before) {
  link();
  pass(1);
  CAF_CHECK(!host->is_settled());
  open();
  pass(1);
  CAF_CHECK(host->is_settled());
}

CAF_TEST(records come once a minute at rest and each second under stress and while a stall lasts) {
  link();
  open();
  pass(299); // the disks are not asleep yet
  CAF_CHECK(host->records.size() > 299 / 10);
  pass(60);
  host->records.clear();
  pass(180);
  CAF_CHECK_EQUAL(host->records.size(), 3u);
  stress = 40;
  pass(5);
  CAF_CHECK_EQUAL(host->records.size(), 8u);
  stress = 0;
  pass(1);
  host->records.clear();
  caf::anon_send(aut, stall(now()));
  pass(4);
  CAF_REQUIRE_EQUAL(host->records.size(), 4u);
  CAF_REQUIRE_EQUAL(host->records[3].stalls.size(), 1u);
  CAF_CHECK_EQUAL(host->records[3].stalls[0].name, "sda");
  event_amendment over;
  over.id = stall(now() - 4s).id;
  over.over = event_amendment::end{};
  caf::anon_send(aut, over);
  host->records.clear();
  pass(4);
  CAF_CHECK(host->records.empty() || host->records.back().stalls.empty());
}

CAF_TEST(an outage is stored and a mishap is notified) {
  link();
  open(with_outage());
  pass(2);
  CAF_REQUIRE_EQUAL(stored.events.size(), 1u);
  CAF_CHECK_EQUAL(stored.events[0].lead_up.size(), 3u);
  CAF_REQUIRE_EQUAL(notified.events.size(), 1u);
  CAF_CHECK(notified.events[0].lead_up.empty());
}

CAF_TEST(what was done on purpose is not notified) {
  link();
  open(with_outage(false));
  pass(2);
  CAF_CHECK_EQUAL(stored.events.size(), 1u);
  CAF_CHECK(notified.events.empty());
}

CAF_TEST(an outage goes with each record until it is stored) {
  open(with_outage());
  stress = 40;
  pass(3); // no sink is linked
  CAF_REQUIRE_EQUAL(host->records.size(), 3u);
  for (const auto& x : host->records)
    CAF_CHECK(x.debts.size() == 1 && x.debts[0].id == host->opening->outage->event.id);
  link();
  pass(2);
  CAF_CHECK(host->records.back().debts.empty());
  CAF_CHECK_EQUAL(stored.events.size(), 1u);
}

CAF_TEST(what the run before owed is stored as well) {
  link();
  auto x = with_outage();
  box_debt debt;
  debt.facts = "{}";
  for (const auto began : {2s, 1s}) {
    debt.id = mint_event_id(event_kind::outage, began);
    x.debts.push_back(event_of(debt));
  }
  open(x);
  pass(1);
  CAF_REQUIRE_EQUAL(stored.events.size(), 3u);
  CAF_CHECK(stored.events[0].event.id == mint_event_id(event_kind::outage, 1s));
  CAF_CHECK(stored.events[1].event.id == mint_event_id(event_kind::outage, 2s));
}

CAF_TEST(all that is owed goes with each record until it is stored) {
  auto x = with_outage();
  x.debts.push_back(event_of({}));
  open(x);
  stress = 40;
  pass(2);
  CAF_REQUIRE_EQUAL(host->records.back().debts.size(), 2u);
  CAF_CHECK(host->records.back().debts[0].id == x.outage->event.id); // the newest first
  link();
  pass(2);
  CAF_CHECK(host->records.back().debts.empty());
}

CAF_TEST(a black box that fails reports nothing twice and goes on) {
  link();
  open(with_outage());
  pass(2);
  kill(aut);
  start();
  link();
  pass(2);
  CAF_CHECK_EQUAL(stored.events.size(), 1u);
  CAF_CHECK_EQUAL(notified.events.size(), 1u);
}

CAF_TEST(the length of an outage follows once the clock is set) {
  link();
  wall_offset = 0s;
  auto x = with_outage();
  x.last = full_record(7, 1000s);
  open(x);
  pass(5);
  CAF_CHECK(stored.amendments.empty());
  wall_offset = box_clock(1000s).wall + 60s;
  pass(2);
  CAF_REQUIRE_EQUAL(stored.amendments.size(), 1u);
  CAF_CHECK(stored.amendments[0].over->duration == 60s);
  CAF_CHECK_EQUAL(*stored.amendments[0].facts, R"({"cause":"power_loss","length_known":true})");
}

CAF_TEST(a clock that the network corrects soon after the boot corrects the length) {
  link();
  wall_offset = box_clock(1000s).wall + 3s;
  auto x = with_outage();
  x.outage->event.facts = R"({"length_known":true})";
  x.last = full_record(7, 1000s);
  x.is_length_known = true;
  x.self.at.wall = wall_offset;
  open(x);
  pass(5);
  CAF_CHECK(stored.amendments.empty());
  wall_offset += 3600s;
  pass(2);
  CAF_REQUIRE_EQUAL(stored.amendments.size(), 1u);
  CAF_CHECK(stored.amendments[0].over->duration == 3603s);
  pass(600);
  wall_offset += 7 * 86400s; // as a guest that is continued from a snapshot
  pass(2);
  CAF_CHECK_EQUAL(stored.amendments.size(), 1u);
}

CAF_TEST(a clock that was right all along is believed once the network has set it) {
  link();
  wall_offset = box_clock(1000s).wall + 60s;
  auto x = with_outage();
  x.last = full_record(7, 1000s);
  x.self.at.wall = wall_offset;
  open(x);
  stress = 40;
  pass(5);
  CAF_CHECK(stored.amendments.empty());
  host->synchronised = true;
  pass(3);
  CAF_REQUIRE_EQUAL(stored.amendments.size(), 1u);
  CAF_CHECK(stored.amendments[0].over->duration == 60s);
}

CAF_TEST(a record has the kernel lines of its minute) {
  link();
  open();
  pass(1);
  CAF_CHECK_EQUAL(host->records.back().kernel_lines, std::vector<std::string>{"sda: I/O error"});
}

CAF_TEST(it writes nothing if there is no ring to write to) {
  link();
  box_opening x;
  x.trouble = "Cannot open the black box";
  open(x);
  pass(70);
  CAF_CHECK(host->records.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(it does nothing if it is switched off) {
  actor_fixture f;
  auto host = std::make_shared<stand_in>();
  black_box_policy policy;
  policy.enabled = false;
  f.spawn(black_box, actor_slot_ref{}, policy, std::shared_ptr<box_host>{host}, &f.lived,
          make_memory());
  f.live(3s);
  CAF_CHECK_EQUAL(host->opens, 0);
  CAF_CHECK_EQUAL(host->discards, 1); // an older record would be taken for the end of this run
  f.finish();
}
