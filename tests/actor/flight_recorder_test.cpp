#define CAF_SUITE flight_recorder

#include "actors/flight_recorder/flight_recorder.hpp"

#include "support/actor_fixture.hpp"
#include "support/event_listener.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_amendment explained_by(pause_cause cause, event_id id) {
  event_amendment result;
  result.id = id;
  result.explained = event_amendment::explanation{};
  result.explained->cause = cause;
  return result;
}

std::shared_ptr<flight_recorder_memory> memory_for(const char* role) {
  auto result = std::make_shared<flight_recorder_memory>();
  result->lead_up_for = role;
  return result;
}

struct fixture : actor_fixture {
  health_slot slot;
  received_events<event_record> all;
  std::vector<event_record>& kept = all.events;
  std::shared_ptr<flight_recorder_memory> memory = memory_for("storage-writer");
  flight_recorder_actor aut = spawn(flight_recorder, actor_slot_ref{}, flight_recorder_policy{}, memory);

  ~fixture() override {
    finish();
  }
  event_listener_actor<event_record> link(const std::string& role, received_events<event_record>& where) {
    const auto store = spawn(event_listener<event_record>, &where);
    caf::anon_send(aut, link_to{role}, caf::actor_cast<event_sink_actor>(store));
    consume_messages();
    return store;
  }
  event_listener_actor<event_record> link() {
    return link("storage-writer", all);
  }
  void second(std::uint64_t tick) {
    scored_sample x;
    x.system.tick = tick;
    x.system.at.awake = std::chrono::seconds{tick};
    x.stress.load = static_cast<double>(tick);
    caf::anon_send(aut, x);
    consume_messages();
  }
  void pause(std::chrono::nanoseconds before) {
    pause_event x;
    x.before.awake = before;
    x.started = before;
    x.id = mint_event_id(x.kind, x.started);
    x.expected = 100ms;
    caf::anon_send(aut, x);
    consume_messages();
  }
  event_id beat_paused(std::chrono::nanoseconds until) {
    pause_event x;
    x.after.awake = until;
    x.duration = 400ms;
    x.started = until - x.duration;
    x.id = mint_event_id(x.kind, x.started);
    caf::anon_send(aut, x);
    consume_messages();
    return x.id;
  }
  event_id stall_begins(std::chrono::nanoseconds at) {
    pause_event x;
    x.kind = event_kind::stall;
    x.stall.emplace();
    x.before.awake = at;
    x.after.awake = at + 1s;
    x.id = mint_event_id(x.kind, at);
    caf::anon_send(aut, x);
    consume_messages();
    return x.id;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(flight_recorder_tests, fixture)

CAF_TEST(a pause is stored with what led to it) {
  link();
  for (std::uint64_t i = 1; i <= 30; ++i)
    second(i);
  pause(30s);
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK_EQUAL(kept[0].lead_up.size(), 30u);
  CAF_CHECK_EQUAL(kept[0].stress.value_or(stress_score{}).total(), 30);
}

CAF_TEST(a pause is amended once when it is known which processes were busy during it) {
  link();
  second(1), second(2);
  pause(2s);
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK(kept[0].culprits.empty());
  for (std::uint64_t tick = 3; tick <= 5; ++tick) {
    scored_sample x;
    x.system.tick = tick;
    x.system.at.awake = std::chrono::seconds{tick};
    x.processes_seen = x.system.at.awake;
    x.processes_window = 3s;
    auto& busy = x.processes.emplace_back();
    busy.pid = 7;
    busy.cpu_pct = 95;
    caf::anon_send(aut, x);
    consume_messages();
  }
  CAF_CHECK_EQUAL(kept.size(), 1u);
  CAF_REQUIRE_EQUAL(all.amendments.size(), 1u);
  CAF_CHECK(all.amendments[0].id == kept[0].event.id);
  CAF_CHECK(!all.amendments[0].scope);
  CAF_REQUIRE(all.amendments[0].culprits);
  CAF_REQUIRE_EQUAL(all.amendments[0].culprits->size(), 1u);
  CAF_CHECK_EQUAL(all.amendments[0].culprits->at(0).reason, "used 95 % of a CPU meanwhile");
}

CAF_TEST(a suspicion is taken back when the pause turns out to be one that no process made) {
  link();
  scored_sample busy;
  busy.system.tick = 1;
  busy.system.at.awake = 1s;
  busy.processes.emplace_back().cpu_pct = 95;
  busy.processes[0].pid = 7;
  caf::anon_send(aut, busy);
  consume_messages();
  pause(2s);
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK_EQUAL(kept[0].culprits.size(), 1u);
  caf::anon_send(aut, explained_by(pause_cause::stopped, kept[0].event.id));
  busy.system.tick = 2;
  busy.system.at.awake = busy.processes_seen = 5s;
  busy.processes_window = 5s;
  caf::anon_send(aut, busy);
  consume_messages();
  CAF_REQUIRE_EQUAL(all.amendments.size(), 2u);
  CAF_REQUIRE(all.amendments[1].culprits);
  CAF_CHECK(all.amendments[1].culprits->empty());
}

CAF_TEST(what was suspected by all that was seen is judged again when the pause is explained anew) {
  link();
  pause(2s);
  scored_sample busy;
  busy.system.tick = 1;
  busy.system.at.awake = busy.processes_seen = 5s;
  busy.processes_window = 5s;
  busy.processes.emplace_back().cpu_pct = 95;
  busy.processes[0].pid = 7;
  caf::anon_send(aut, busy);
  consume_messages();
  CAF_REQUIRE_EQUAL(all.amendments.size(), 1u);
  caf::anon_send(aut, explained_by(pause_cause::traced, kept.at(0).event.id));
  consume_messages();
  CAF_REQUIRE_EQUAL(all.amendments.size(), 3u);
  CAF_REQUIRE(all.amendments[2].culprits);
  CAF_CHECK(all.amendments[2].culprits->empty());
}

CAF_TEST(a stall is amended once when it is known which processes were busy during it) {
  link();
  pause_event x;
  x.kind = event_kind::stall;
  x.stall.emplace().resource = stall_resource::cpu;
  x.cause = pause_cause::cpu_wait;
  x.before.awake = 2s;
  x.after.awake = 3s;
  x.id = mint_event_id(x.kind, 2s);
  caf::anon_send(aut, x);
  for (std::uint64_t tick = 3; tick <= 6; ++tick) {
    scored_sample second;
    second.system.tick = tick;
    second.system.at.awake = second.processes_seen = std::chrono::seconds{tick};
    second.processes_window = 1s;
    second.processes.emplace_back().cpu_pct = 95;
    second.processes[0].pid = 7;
    caf::anon_send(aut, second);
  }
  consume_messages();
  CAF_REQUIRE_EQUAL(all.amendments.size(), 1u);
  CAF_REQUIRE(all.amendments[0].culprits);
  CAF_CHECK_EQUAL(all.amendments[0].culprits->size(), 1u);
}

CAF_TEST(whom the begin of a stall shows is not taken back for what is seen when that is forgotten) {
  link();
  pause_event x;
  x.kind = event_kind::stall;
  x.stall.emplace().resource = stall_resource::disk;
  x.cause = pause_cause::io;
  x.before.awake = 2s;
  x.after.awake = 3s;
  x.id = mint_event_id(x.kind, 2s);
  caf::anon_send(aut, x);
  for (std::uint64_t tick = 1; tick <= 200; ++tick) {
    scored_sample second;
    second.system.tick = tick;
    second.system.at.awake = second.processes_seen = std::chrono::seconds{tick};
    second.processes_window = 1s;
    second.system.io_write = 2e6;
    auto& process = second.processes.emplace_back();
    process.pid = 7, process.name = "writer", process.io_write = tick == 3 ? 60e6 : 0;
    caf::anon_send(aut, second);
  }
  event_amendment over;
  over.id = x.id;
  over.over = event_amendment::end{190s, 188s};
  over.stall = x.stall;
  over.stall->is_over = true;
  caf::anon_send(aut, over);
  event_amendment word; // it says nothing of who was ahead
  word.id = x.id;
  auto& blame = word.blame.emplace();
  blame.source = blame_source::recorded;
  blame.harm = blame.unknown = 188s;
  caf::anon_send(aut, word);
  consume_messages();
  CAF_REQUIRE_EQUAL(all.events.size(), 1u);
  auto record = all.events[0];
  for (const auto& change : all.amendments)
    amend(record, change);
  CAF_REQUIRE_EQUAL(record.culprits.size(), 1u);
  CAF_CHECK_EQUAL(record.culprits[0].name, "writer");
}

CAF_TEST(pauses within a stall are part of it whether it was known by then or not) {
  received_events<event_record> others;
  link();
  link("notifier", others);
  const auto before = beat_paused(10800ms);
  const auto stall = stall_begins(10s);
  beat_paused(15s);
  for (const auto* sink : {&all, &others}) {
    CAF_REQUIRE_EQUAL(sink->events.size(), 3u);
    CAF_CHECK(!sink->events[0].event.part_of);
    CAF_CHECK(!sink->events[1].event.part_of);
    CAF_CHECK(sink->events[2].event.part_of == stall);
    CAF_REQUIRE_EQUAL(sink->amendments.size(), 1u);
    CAF_CHECK(sink->amendments[0].id == before);
    CAF_CHECK(sink->amendments[0].part_of == stall);
  }
}

CAF_TEST(a pause is released after the word that shows it to be no part of the stall) {
  link();
  stall_begins(10s);
  const auto pause = beat_paused(15s);
  event_amendment scope;
  scope.id = pause;
  scope.scope = pause_scope::daemon_only;
  caf::anon_send(aut, scope);
  consume_messages();
  CAF_REQUIRE_EQUAL(all.amendments.size(), 2u);
  CAF_CHECK(all.amendments[0] == scope);
  CAF_CHECK(all.amendments[1].part_of == event_id{});
}

CAF_TEST(what is part of a stall outlives the recorder and is not reported twice) {
  link();
  beat_paused(10800ms);
  stall_begins(10s);
  kill(aut);
  aut = spawn(flight_recorder, actor_slot_ref{}, flight_recorder_policy{}, memory);
  link();
  const auto stall = stall_begins(10s); // its sender was not sure
  beat_paused(15s);
  CAF_CHECK_EQUAL(all.amendments.size(), 1u);
  CAF_CHECK(kept.back().event.part_of == stall);
}

CAF_TEST(only the storage is sent the seconds that led to an event and each later word is small) {
  received_events<event_record> others;
  link();
  link("notifier", others);
  second(1), second(2);
  pause(3s);
  event_amendment scope;
  scope.id = kept.at(0).event.id;
  scope.scope = pause_scope::system;
  caf::anon_send(aut, scope);
  consume_messages();
  CAF_CHECK_EQUAL(kept.at(0).lead_up.size(), 2u);
  CAF_CHECK(others.events.at(0).lead_up.empty());
  CAF_CHECK(others.events.at(0).stress.has_value());
  CAF_CHECK_EQUAL(all.amendments, std::vector<event_amendment>{scope});
  CAF_CHECK_EQUAL(others.amendments, std::vector<event_amendment>{scope});
}

CAF_TEST(only the storage is sent who was on the CPUs) {
  received_events<event_record> others;
  link();
  link("notifier", others);
  pause(3s);
  event_amendment news;
  news.id = kept.at(0).event.id;
  news.blame.emplace().harm = 1s;
  news.blame->timeline.emplace();
  caf::anon_send(aut, news);
  consume_messages();
  CAF_REQUIRE(!all.amendments.empty() && !others.amendments.empty());
  CAF_CHECK(all.amendments[0] == news);
  news.blame->timeline.reset();
  CAF_CHECK(others.amendments[0] == news);
  for (const auto& x : others.amendments)
    CAF_CHECK(!x.blame || !x.blame->timeline);
}

CAF_TEST(of too many pauses that wait for their suspects the shortest falls off and is counted) {
  kill(aut);
  aut = spawn(flight_recorder, actor_slot_ref{&slot}, flight_recorder_policy{}, memory);
  for (int i = 0; i < 17; ++i) {
    pause_event x;
    x.started = std::chrono::seconds{100 + 10 * i};
    x.id = mint_event_id(x.kind, x.started);
    x.duration = i == 0 ? 9s : 400ms;
    caf::anon_send(aut, x);
    consume_messages();
  }
  CAF_CHECK_EQUAL(slot.dropped.load(), 1u);
  CAF_CHECK_EQUAL(memory->recent.size(), 16u);
  CAF_CHECK(memory->recent.front().event.duration == 9s);
}

CAF_TEST(a second that is sent again is kept once) {
  second(1), second(2), second(2), second(1);
  CAF_CHECK_EQUAL(memory->history.samples().size(), 2u);
}

CAF_TEST(history and unstored events outlive the recorder) {
  kill(link());
  second(1), second(2);
  pause(3s);
  kill(aut);
  aut = spawn(flight_recorder, actor_slot_ref{}, flight_recorder_policy{}, memory);
  link();
  pause(4s);
  CAF_REQUIRE_EQUAL(kept.size(), 2u);
  CAF_CHECK_EQUAL(kept[1].lead_up.size(), 2u);
}

CAF_TEST(each of several sinks receives what it has not acknowledged) {
  received_events<event_record> others;
  link();
  kill(link("notifier", others));
  pause(3s);
  CAF_CHECK_EQUAL(kept.size(), 1u);
  CAF_CHECK_EQUAL(others.events.size(), 0u);
  link("notifier", others);
  CAF_CHECK_EQUAL(kept.size(), 1u);
  CAF_CHECK_EQUAL(others.events.size(), 1u);
}

CAF_TEST(a longer lead up holds from the settings on that ask for it) {
  flight_recorder_policy asked;
  asked.record.lead_up = 300s;
  kill(aut);
  aut = spawn(flight_recorder, actor_slot_ref{}, asked, memory);
  link();
  for (std::uint64_t i = 1; i <= 400; ++i)
    second(i);
  pause(400s);
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK_EQUAL(kept[0].lead_up.size(), 300u);
}

CAF_TEST(those that are recorded to have held the CPUs are named in place of busy processes) {
  link();
  received_events<event_record> notes;
  const auto reader = link("notifier", notes);
  pause_event x;
  x.before.awake = 100s;
  x.after.awake = 102s;
  x.started = 1'700'000'100s;
  x.id = mint_event_id(x.kind, x.started);
  x.duration = 2s;
  x.cause = pause_cause::cpu_wait;
  x.book[pause_cause::cpu_wait] = {2s, "waited"};
  caf::anon_send(aut, x);
  consume_messages();
  event_amendment word;
  word.id = x.id;
  auto& blame = word.blame.emplace();
  blame.source = blame_source::recorded;
  blame.harm = 2s;
  doer spinner;
  spinner.name = "spinner", spinner.pid = 21, spinner.held = 2s;
  blame.doers = {spinner};
  caf::anon_send(aut, word);
  consume_messages();
  scored_sample busy;
  busy.system.tick = 1;
  busy.system.at.awake = busy.processes_seen = 103s;
  busy.processes_window = 4s;
  auto& other = busy.processes.emplace_back();
  other.pid = 31, other.name = "kcompactd0", other.cpu_pct = 95, other.is_suspect = true;
  caf::anon_send(aut, busy);
  consume_messages();
  for (const auto* sink : {&all, &notes}) {
    CAF_REQUIRE_EQUAL(sink->events.size(), 1u);
    auto record = sink->events[0];
    for (const auto& change : sink->amendments)
      amend(record, change);
    CAF_REQUIRE_EQUAL(record.culprits.size(), 1u);
    CAF_CHECK_EQUAL(record.culprits[0].name, "spinner");
    CAF_REQUIRE(record.event.blame.has_value());
    CAF_CHECK(record.event.blame->source == blame_source::recorded);
  }
  // A signal, as the second witness saw: then none of them did it.
  caf::anon_send(aut, explained_by(pause_cause::stopped, x.id));
  consume_messages();
  auto record = all.events[0];
  for (const auto& change : all.amendments)
    amend(record, change);
  CAF_CHECK(record.culprits.empty());
  CAF_CHECK(record.event.blame->doers.empty());
  CAF_CHECK(record.event.blame->harm == 0ns);
}

CAF_TEST_FIXTURE_SCOPE_END()
