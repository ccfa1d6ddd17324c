#define CAF_SUITE switch_recorder

#include "actors/switch_recorder/switch_recorder.hpp"

#include <algorithm>

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct listener_state {
  listener_state() = default;
  static constexpr const char* name = "listener";
};

pause_sink_actor::behavior_type listener(actor_pointer<pause_sink_actor, listener_state>,
                                         std::vector<event_amendment>* received) {
  return {[](const pause_event&) {}, [received](const event_amendment& x) { received->push_back(x); }};
}

/// What a stand-in for the rings says: one process on the only CPU, all the time.
struct script {
  recorder_state state{1, "the task on 1 CPU", ""};
  std::chrono::nanoseconds now = 104s;
  std::string hog = "spinner";
  std::optional<std::chrono::nanoseconds> reach, disk_reach;
  std::string disk; ///< Whose requests are recorded: the hog's, eight at a time; none if empty.
  bool hangs = false; ///< That disk does: it completes nothing.
  int opened = 0, taken = 0;
  std::vector<switch_rate> followed;
};

class stand_in : public switch_source {
public:
  explicit stand_in(script& x) : script_(x) {
    ++script_.opened;
  }
  switch_log take(std::chrono::nanoseconds since) override {
    ++script_.taken;
    switch_log log;
    log.taken = script_.now;
    log.reach = script_.reach;
    log.disk_reach = script_.disk_reach;
    log.cpus = {{0, since, {{since, script_.now, 21, 21, true}}}};
    log.processes[21].name = script_.hog;
    if (!script_.disk.empty()) {
      auto& disk = log.disks.emplace_back();
      disk.name = script_.disk;
      for (auto at = since; at < script_.now; at += 500ms)
        disk.requests.insert(disk.requests.end(), 8, {at, std::min(at + 500ms, script_.now), 21, 65536, !script_.hangs});
    }
    return log;
  }
  bool follow(const switch_rate& all) override {
    script_.followed.push_back(all);
    const bool changes = script_.state.records.find("samples") == std::string::npos;
    script_.state.records = "the task on 1 CPU (by samples)";
    return changes;
  }
  recorder_state state() const override {
    return script_.state;
  }

private:
  script& script_;
};

event_record starved() {
  event_record x;
  auto& event = x.event;
  event.id = mint_event_id(event_kind::pause, 1'700'000'102s);
  event.before.awake = 101'950ms;
  event.after = {104s, 204s, 1'700'000'104s};
  event.duration = 2s;
  event.cause = pause_cause::cpu_wait;
  event.book[pause_cause::cpu_wait] = {2s, "waited"};
  return x;
}

event_record stalled(stall_resource what, bool is_over) {
  auto x = starved();
  auto& event = x.event;
  event.id = mint_event_id(event_kind::stall, 1'700'000'102s);
  event.kind = event_kind::stall;
  event.before.awake = 102s;
  event.book = {};
  explain_stall(event, {what, "", {}, {}, is_over});
  return x;
}

struct fixture : actor_fixture {
  script rings;
  health_slot slot;
  std::vector<event_amendment> received;
  std::shared_ptr<switch_recorder_memory> memory = std::make_shared<switch_recorder_memory>();
  switch_recorder_policy policy;
  switch_recorder_impl aut;
  pause_sink_actor sink = spawn(listener, &received);

  fixture() {
    memory->pending.try_emplace("flight-recorder");
    start();
  }
  ~fixture() override {
    finish();
  }
  void start() {
    aut = spawn(switch_recorder, actor_slot_ref{&slot}, policy,
                start_switch_source{[this](const switch_recorder_policy&) { return std::make_unique<stand_in>(rings); }},
                memory);
    caf::anon_send(aut, link_to{"flight-recorder"}, sink);
    consume_messages();
  }
  template <class T>
  void feed(const T& x) {
    caf::anon_send(aut, x);
    consume_messages();
  }

  /// A stall of a disk that lasts is charged to those whose requests are ahead. @returns its id.
  event_id charge_disk() {
    rings.disk = "vda";
    auto event = stalled(stall_resource::disk, false);
    event.event.stall->name = "vda";
    feed(event);
    CAF_REQUIRE_EQUAL(received.size(), 1u);
    CAF_CHECK(!received[0].blame->doers.empty());
    return event.event.id;
  }

  void check_dropped() {
    CAF_REQUIRE_EQUAL(received.size(), 2u);
    CAF_CHECK(received[1].blame->doers.empty());
    CAF_CHECK(received[1].blame->harm == 0s);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(switch_recorder_tests, fixture)

CAF_TEST(a pause in which others held the CPU is blamed on them) {
  feed(starved());
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].id == starved().event.id);
  CAF_REQUIRE(received[0].blame.has_value());
  CAF_REQUIRE_EQUAL(received[0].blame->doers.size(), 1u);
  CAF_CHECK_EQUAL(received[0].blame->doers[0].name, "spinner");
  CAF_CHECK(received[0].blame->doers[0].held == 2s);
}

CAF_TEST(at rest it takes nothing out and without a record it says nothing) {
  advance_time(600s);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 0);
  rings.state = {0, "pmactor's own beat alone", "Permission denied"};
  feed(starved());
  CAF_CHECK_EQUAL(rings.taken, 0);
  CAF_CHECK(received.empty());
}

CAF_TEST(a stall of the CPUs that lasts is added up until it is over) {
  feed(stalled(stall_resource::cpu, false));
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->harm == 2s);
  rings.now = 109s;
  rings.hog = "spinner";
  advance_time(policy.take_every);
  consume_messages();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[1].blame->harm == 7s);
  rings.now = 112s;
  event_amendment over;
  over.id = stalled(stall_resource::cpu, false).event.id;
  over.over = event_amendment::end{1'700'000'110s, 8s};
  feed(over);
  CAF_REQUIRE_EQUAL(received.size(), 3u);
  CAF_CHECK(received[2].blame->harm == 8s);
  CAF_CHECK(received[2].blame->doers[0].held == 8s);
  advance_time(600s);
  consume_messages();
  CAF_CHECK_EQUAL(received.size(), 3u);
}

CAF_TEST(a stall of which the rings hold little is taken out the oftener) {
  rings.reach = 1200ms;
  feed(stalled(stall_resource::cpu, false));
  CAF_CHECK_EQUAL(rings.taken, 1);
  advance_time(550ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 1);
  rings.reach = 10ms;
  advance_time(100ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  advance_time(450ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  advance_time(100ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 3);
}

CAF_TEST(only a stall of a disk is taken out by what the rings of the disks hold) {
  rings.reach = 30s;
  rings.disk_reach = 1200ms;
  rings.disk = "vdb";
  feed(stalled(stall_resource::cpu, false));
  auto event = stalled(stall_resource::disk, false);
  event.event.id = mint_event_id(event_kind::stall, 1'700'000'103s);
  event.event.stall->name = "vdb";
  feed(event);
  CAF_REQUIRE_EQUAL(memory->stalls.size(), 2u);
  CAF_CHECK(memory->stalls[0].reach == rings.reach);
  CAF_CHECK(memory->stalls[1].reach == rings.disk_reach);
}

CAF_TEST(
  a pause that is explained anew has its blame summed up anew and without taking anything out) {
  feed(starved());
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  event_amendment news;
  news.id = starved().event.id;
  auto& found = news.explained.emplace(event_amendment::explanation{pause_cause::unexplained, confidence::low, {}});
  found.cause = pause_cause::cpu_wait;
  found.book[pause_cause::cpu_wait] = {1500ms, "waited"};
  feed(news);
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[1].blame->harm == 1500ms);
  CAF_CHECK(received[1].blame->timeline == received[0].blame->timeline);
  feed(news); // the same again is no news
  CAF_CHECK_EQUAL(received.size(), 2u);
  found.cause = pause_cause::stopped;
  feed(news);
  CAF_REQUIRE_EQUAL(received.size(), 3u);
  CAF_CHECK(received[2].blame->doers.empty());
  CAF_CHECK_EQUAL(rings.taken, 1);
}

CAF_TEST(a stall of a disk is charged to no process that was on the CPUs) {
  feed(stalled(stall_resource::disk, false));
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->doers.empty());
  CAF_CHECK(received[0].blame->timeline.has_value());
  const auto taken = rings.taken;
  advance_time(10 * policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, taken); // they say nothing of it, and are dear
  event_amendment over;
  over.id = stalled(stall_resource::disk, false).event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  feed(over);
  CAF_CHECK_EQUAL(rings.taken, taken);
  CAF_CHECK_EQUAL(received.size(), 1u);
  CAF_CHECK(memory->stalls.empty());
}

CAF_TEST(a stall of a disk that is named while it lasts is charged from its begin) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  feed(event);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->harm == 0s);
  rings.now = 107s;
  event_amendment lasts;
  lasts.id = event.event.id;
  lasts.lasts = event_amendment::end{1'700'000'107s, 5s};
  lasts.stall = *event.event.stall;
  lasts.stall->name = "vdb";
  feed(lasts);
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK_EQUAL(received[1].blame->resource, "disk vdb");
  CAF_CHECK(received[1].blame->harm == 5s);
  CAF_REQUIRE_EQUAL(received[1].blame->doers.size(), 1u);
  CAF_CHECK(received[1].blame->doers[0].held == 5s);
  const auto taken = rings.taken;
  feed(lasts); // says nothing new
  CAF_CHECK_EQUAL(rings.taken, taken);
  for (int periods = 1; periods <= 2; ++periods) {
    rings.now += policy.take_every;
    advance_time(policy.take_every);
    consume_messages();
    CAF_CHECK_EQUAL(rings.taken, taken + periods);
  }
}

CAF_TEST(a stall that is charged again after it was not is taken out by one timer) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  event_amendment lasts;
  lasts.id = event.event.id;
  for (const auto what : {stall_resource::memory, stall_resource::disk}) {
    lasts.stall = stall_facts{what, what == stall_resource::disk ? "vdb" : "", {}, {}, false};
    feed(lasts);
  }
  CAF_CHECK(!received.back().blame->doers.empty());
  const auto taken = rings.taken;
  for (int periods = 1; periods <= 2; ++periods) {
    rings.now += policy.take_every;
    advance_time(policy.take_every);
    consume_messages();
    CAF_CHECK_EQUAL(rings.taken, taken + periods);
  }
}

CAF_TEST(a stall of a disk that is named as it ends is charged up to its end) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  feed(event);
  rings.now = 110s;
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  over.stall = *event.event.stall;
  over.stall->name = "vdb";
  over.stall->is_over = true;
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK_EQUAL(rings.taken, 1);
  feed(over);
  CAF_CHECK_EQUAL(rings.taken, 2);
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received.back().blame->harm == 7s);
  CAF_REQUIRE_EQUAL(received.back().blame->doers.size(), 1u);
  CAF_CHECK(received.back().blame->doers[0].held == 7s);
  CAF_CHECK(memory->stalls.empty());
}

CAF_TEST(the harm of a stall that is over is no longer than the stall) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  rings.now = 112s;
  advance_time(policy.take_every);
  consume_messages();
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  feed(over);
  CAF_CHECK(received.back().blame->harm == 7s);
  CAF_REQUIRE_EQUAL(received.back().blame->doers.size(), 1u);
  CAF_CHECK(received.back().blame->doers[0].held == 7s);
}

CAF_TEST(what was charged of a disk is dropped where memory is what holds it up) {
  const auto id = charge_disk();
  rings.now = 107s;
  event_amendment lasts;
  lasts.id = id;
  lasts.lasts = event_amendment::end{1'700'000'107s, 5s};
  lasts.stall = stall_facts{stall_resource::memory, "", {}, {}, false};
  feed(lasts);
  check_dropped();
}

CAF_TEST(what was charged of a disk is dropped where memory turns out to have held it up as it ends) {
  const auto id = charge_disk();
  rings.now = 110s;
  event_amendment over;
  over.id = id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  over.stall = stall_facts{stall_resource::memory, "", {}, {}, true};
  feed(over);
  check_dropped();
}

CAF_TEST(a stall of a disk that lasts is charged to those whose requests are ahead until it is over) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->harm == 2s);
  CAF_CHECK_EQUAL(received[0].blame->resource, "disk vdb");
  rings.now = 109s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_REQUIRE_EQUAL(received[1].blame->doers.size(), 1u);
  CAF_CHECK_EQUAL(received[1].blame->doers[0].name, "spinner");
  CAF_CHECK(received[1].blame->doers[0].held == 7s);
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  feed(over);
  CAF_CHECK(memory->stalls.empty());
}

CAF_TEST(a disk that hangs is taken out ever more seldom and reported again when it did so for twice as long) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  CAF_CHECK_EQUAL(rings.taken, 1);
  rings.hangs = true;
  rings.now = 109s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  CAF_CHECK_EQUAL(received.size(), 2u); // 7 s are more than twice 2 s
  rings.now = 115s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 3);
  CAF_CHECK_EQUAL(received.size(), 2u); // 13 s are not more than twice 7 s
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'115s, 13s};
  feed(over);
  CAF_REQUIRE_EQUAL(received.size(), 3u);
  CAF_CHECK(received[2].blame->harm == 13s);
}

CAF_TEST(what the host refuses is on the health page apart from what the settings switch off) {
  const auto shortfall_of = [this](recorder_state x) {
    kill(aut);
    rings.state = std::move(x);
    start();
    return std::string{slot.shortfall_is_whole.load() != 0 ? "all: " : "part: "} + slot.shortfall.read();
  };
  CAF_CHECK_EQUAL(shortfall_of({1, "the task on 1 CPU", "the process of each disk request: tracefs is for root"}),
                  "part: the process of each disk request: tracefs is for root");
  CAF_CHECK_EQUAL(slot.note.read(), "tier 1: records the task on 1 CPU; not more: the process of each disk request: tracefs is for root");
  CAF_CHECK_EQUAL(shortfall_of({0, "pmactor's own beat alone", "Permission denied"}), "all: Permission denied");
  CAF_CHECK_EQUAL(shortfall_of({1, "the task on 1 CPU", "it is switched off in the settings", true}), "part: ");
}

CAF_TEST(the rings outlive a restart and are made anew for other settings) {
  feed(stalled(stall_resource::cpu, false));
  kill(aut);
  start();
  CAF_CHECK_EQUAL(rings.opened, 1);
  rings.now = 109s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_GREATER_OR_EQUAL(received.size(), 2u);
  kill(aut);
  policy.memory /= 2;
  start();
  CAF_CHECK_EQUAL(rings.opened, 2);
}

CAF_TEST(it chooses anew how CPUs are recorded only while they switch much and says so) {
  advance_time(600s);
  consume_messages();
  CAF_CHECK(rings.followed.empty());
  feed(switch_rate{80'000});
  CAF_CHECK((rings.followed == std::vector<switch_rate>{switch_rate{80'000}}));
  CAF_CHECK_EQUAL(rings.taken, 0); // nothing is copied
  CAF_CHECK_EQUAL(rings.state.records, "the task on 1 CPU (by samples)");
}

CAF_TEST_FIXTURE_SCOPE_END()
