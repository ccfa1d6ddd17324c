#define CAF_SUITE forensics_supervisor

#include "actors/forensics_supervisor/forensics_supervisor.hpp"

#include <algorithm>

#include "support/actor_fixture.hpp"
#include "support/stand_in_job.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using task = job_order::task;

using listener_actor = caf::typed_actor<caf::reacts_to<capture_report>>;
struct listener_state {
  listener_state() = default;
  static constexpr const char* name = "listener";
};
listener_actor::behavior_type listener(actor_pointer<listener_actor, listener_state>,
                                       std::vector<capture_report>* received) {
  return {[received](const capture_report& x) { received->push_back(x); }};
}

/// The history as it is asked for folders.
struct ledger_of_events {
  pinned_folders pinned{true, {}};
};
struct index_state {
  index_state() = default;
  static constexpr const char* name = "index";
};
event_index_actor::behavior_type index_of(actor_pointer<event_index_actor, index_state>,
                                          ledger_of_events* x) {
  return {[x](const ask_pinned&) { return x->pinned; }};
}

struct fixture : actor_fixture {
  forensics_policy policy{{}, {{}, {"stacks=5"}, 2}, 2'000'000'000};
  std::vector<std::shared_ptr<stand_in>> jobs; ///< All that were started.
  ledger_of_events events;
  std::vector<capture_report> received;
  job_outcome leftovers;
  capture_room room{1ull << 30, 1ull << 40};
  std::string no_thread_for; ///< This artifact.
  health_slot slot;
  std::shared_ptr<forensics_memory> memory = std::make_shared<forensics_memory>();
  forensics_supervisor_actor aut;

  ~fixture() override {
    aut = nullptr;
    finish();
  }

  void start() {
    forensics_host host;
    host.start = [this](job_order order, std::function<void(job_outcome)> done) {
      if (order.what == task::capture && order.artifact.name == no_thread_for)
        throw std::runtime_error("no thread to be had");
      auto x = std::make_shared<stand_in>();
      x->order = std::move(order);
      x->done = std::move(done);
      jobs.push_back(x);
      return std::make_unique<stand_in_job>(x);
    };
    host.snapshot = [this] {
      counter_snapshot x;
      x.at.awake = now();
      return x;
    };
    aut = spawn(forensics_supervisor, actor_slot_ref{&slot}, policy, host, &lived, memory);
    caf::anon_send(aut, link_to{"storage-writer"}, caf::actor_cast<capture_sink_actor>(spawn(listener, &received)));
    caf::anon_send(aut, link_to{"storage-writer"}, event_index_actor{spawn(index_of, &events)});
    consume_messages();
    settle(task::recover, leftovers);
    settle(task::make_room);
    settle(task::probe);
  }

  /// The jobs of this kind that are under way.
  std::vector<std::shared_ptr<stand_in>> running(task what) {
    std::vector<std::shared_ptr<stand_in>> result;
    for (const auto& x : jobs)
      if (x->order.what == what && !x->gone)
        result.push_back(x);
    return result;
  }
  std::size_t count(task what) {
    return static_cast<std::size_t>(
      std::count_if(jobs.begin(), jobs.end(), [what](const auto& x) { return x->order.what == what; }));
  }
  /// Ends all jobs of a kind that are under way.
  void settle(task what, const job_outcome& outcome = {}) {
    for (const auto& x : running(what))
      x->done(outcome);
    consume_messages();
  }
  std::string names(task what) {
    std::string result;
    for (const auto& x : running(what))
      result += x->order.artifact.name + ' ';
    return result;
  }

  event_record paused(std::chrono::nanoseconds started, std::chrono::nanoseconds length = 3s) {
    event_record x;
    x.event.id = mint_event_id(event_kind::pause, started);
    x.event.started = started;
    x.event.ended = started + length;
    x.event.duration = length;
    x.event.before.awake = now() - length;
    x.event.after.awake = now();
    return x;
  }
  void send_event(const auto& news) {
    caf::anon_send(aut, news);
    consume_messages();
  }
  void measured() {
    job_outcome outcome;
    outcome.room = room;
    settle(task::measure, outcome);
  }
  /// Ends artifacts until there are none.
  void capture_all() {
    for (int i = 0; i < 20 && !running(task::capture).empty(); ++i)
      for (const auto& x : running(task::capture)) {
        job_outcome outcome;
        outcome.artifact.file = x->order.artifact.file;
        outcome.artifact.bytes = 100;
        outcome.artifact.took = 1ms;
        outcome.cpu = 2ms;
        outcome.found = {{50, "found by " + x->order.artifact.name}};
        x->done(outcome);
        consume_messages();
      }
  }
  void publish() {
    for (const auto& x : running(task::publish)) {
      job_outcome outcome;
      outcome.published = x->order.report;
      outcome.published.folder = "events/folder";
      x->done(outcome);
    }
    consume_messages();
  }
  void whole_capture() {
    measured();
    capture_all();
    publish();
    settle(task::make_room);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(forensics_supervisor_tests, fixture)

CAF_TEST(an event is captured artifact by artifact and reported) {
  start();
  send_event(paused(100s));
  CAF_CHECK_EQUAL(count(task::measure), 1u);
  measured();
  CAF_CHECK_EQUAL(names(task::capture), "stacks pressure ");
  capture_all();
  CAF_REQUIRE_EQUAL(running(task::publish).size(), 1u);
  const auto order = running(task::publish)[0]->order;
  CAF_CHECK(order.report.event == mint_event_id(event_kind::pause, 100s));
  CAF_CHECK_EQUAL(order.report.artifacts.size(), 9u);
  CAF_CHECK_EQUAL(order.report.bill.bytes, 900u);
  CAF_CHECK(order.report.bill.cpu == 18ms);
  CAF_CHECK_EQUAL(order.report.findings.size(), 9u);
  CAF_CHECK(order.metadata.find("\"id\":\"100000000000\"") != std::string::npos);
  CAF_CHECK(received.empty()); // not before it is published
  publish();
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].status == capture_status::complete);
  CAF_CHECK_EQUAL(received[0].folder, "events/folder");
  CAF_CHECK_EQUAL(running(task::make_room)[0]->order.keep, "events/folder");
}

CAF_TEST(the counters of before the gap go with the event) {
  start();
  live(12s);
  auto event = paused(100s);
  event.event.before.awake = now() - 3s;
  send_event(event);
  measured();
  const auto& subject = *running(task::capture)[0]->order.subject;
  CAF_REQUIRE(subject.before);
  CAF_CHECK(subject.before->at.awake <= event.event.before.awake);
  CAF_CHECK(subject.before->at.awake > event.event.before.awake - 6s);
}

CAF_TEST(one capture at a time and one that waits) {
  start();
  send_event(paused(100s));
  send_event(paused(200s));
  send_event(paused(300s));
  CAF_CHECK_EQUAL(count(task::measure), 1u);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].status == capture_status::skipped);
  CAF_CHECK(received[0].event == mint_event_id(event_kind::pause, 300s));
  whole_capture();
  CAF_CHECK_EQUAL(count(task::measure), 2u);
  whole_capture();
  CAF_CHECK_EQUAL(received.size(), 3u);
  CAF_CHECK(received.back().event == mint_event_id(event_kind::pause, 200s));
}

CAF_TEST(a pause that waits and joins a stall is not captured) {
  start();
  send_event(paused(100s)), send_event(paused(200s));
  event_amendment joined{paused(200s).event.id};
  joined.part_of = mint_event_id(event_kind::stall, 199s);
  send_event(joined), whole_capture();
  CAF_CHECK_EQUAL(count(task::measure), 1u);
}

CAF_TEST(what follows within the cooldown of lived time is skipped) {
  start();
  send_event(paused(100s));
  whole_capture();
  advance_time(60s); // a pause of the host: it was not lived
  consume_messages();
  send_event(paused(200s));
  CAF_CHECK_EQUAL(count(task::measure), 1u);
  CAF_CHECK(received.back().status == capture_status::skipped);
  live(30s);
  send_event(paused(300s));
  CAF_CHECK_EQUAL(count(task::measure), 2u);
}

CAF_TEST(a thousand pauses in a row stay within the budget) {
  start();
  for (int i = 0; i < 1000; ++i) {
    send_event(paused(std::chrono::seconds{i}));
    whole_capture();
    live(1s, 500ms);
  }
  CAF_CHECK_EQUAL(count(task::measure), 6u);
  CAF_CHECK_EQUAL(received.size(), 1000u);
  CAF_CHECK_EQUAL(std::count_if(received.begin(), received.end(),
                                [](const auto& x) { return x.status == capture_status::complete; }),
                  6);
  std::size_t under_way = 0;
  for (const auto& x : jobs)
    under_way += x->gone ? 0 : 1;
  CAF_CHECK_EQUAL(under_way, 0u);
}

CAF_TEST(a job that hangs is ended and then left to itself while the others go on) {
  policy.artifacts.timeouts = {"stacks=4"};
  start();
  send_event(paused(100s));
  measured();
  const auto hung = running(task::capture)[0];
  hung->order.artifact.name = "hung";
  for (int i = 0; i < 20 && running(task::capture).size() > 1; ++i) {
    running(task::capture)[1]->done({});
    consume_messages();
  }
  CAF_CHECK_EQUAL(count(task::capture), 9u); // all others are done meanwhile
  live(3950ms);
  CAF_CHECK(!hung->stopped);
  live(100ms);
  CAF_CHECK(hung->stopped);
  CAF_CHECK(!hung->gone);
  live(2s);
  CAF_CHECK(hung->gone);
  const auto& report = running(task::publish).at(0)->order.report;
  CAF_CHECK(report.artifacts[0].status == artifact_status::timed_out);
  CAF_CHECK_EQUAL(report.artifacts[0].says, "It could not be ended, and was left to itself.");
  CAF_CHECK_EQUAL(report.findings.at(0), "Capturing stacks took too long, 6.00 s, and was given up.");
}

CAF_TEST(a job that ends when it is asked to is timed out as well) {
  start();
  send_event(paused(100s));
  measured();
  const auto slow = running(task::capture)[0];
  live(5s);
  CAF_CHECK(slow->stopped);
  job_outcome outcome;
  outcome.artifact.bytes = 5;
  slow->done(outcome);
  consume_messages();
  CAF_CHECK(slow->gone);
  capture_all();
  const auto& first = running(task::publish).at(0)->order.report.artifacts[0];
  CAF_CHECK(first.status == artifact_status::timed_out);
  CAF_CHECK_EQUAL(first.says, "It took longer than 5.00 s.");
}

CAF_TEST(a pause of the host is not held against a job) {
  start();
  send_event(paused(100s));
  measured();
  const auto job = running(task::capture)[0];
  advance_time(60s);
  consume_messages();
  CAF_CHECK(!job->stopped);
  live(4700ms); // of the pause 200 ms count
  CAF_CHECK(!job->stopped);
  live(200ms);
  CAF_CHECK(job->stopped);
}

CAF_TEST(an artifact for which there is no thread has failed and the rest goes on) {
  start();
  no_thread_for = "stacks";
  send_event(paused(100s));
  measured();
  capture_all();
  const auto& first = running(task::publish).at(0)->order.report.artifacts[0];
  CAF_CHECK(first.status == artifact_status::failed);
  CAF_CHECK_EQUAL(first.says, "The job failed: no thread to be had.");
}

CAF_TEST(nothing is captured without room and the event says why) {
  start();
  room.disk = 1'000'000;
  send_event(paused(100s));
  measured();
  CAF_CHECK_EQUAL(count(task::capture), 0u);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].status == capture_status::skipped);
  CAF_CHECK_EQUAL(received[0].why, "The disk was nearly full: 1.0 MB free, 268 MB needed.");
}

CAF_TEST(a capture that came to nothing is no reason to skip the next) {
  start();
  room.disk = 1'000'000;
  send_event(paused(100s));
  measured();
  room.disk = 1ull << 40;
  send_event(paused(200s));
  whole_capture();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[1].status == capture_status::complete);
}

CAF_TEST(a stall is captured without tools while memory is short) {
  start();
  room.memory = 9'000'000;
  auto stall = paused(100s, 1s);
  stall.event.kind = event_kind::stall;
  send_event(stall);
  measured();
  capture_all();
  for (const auto& x : jobs)
    CAF_CHECK(x->order.what != task::capture || x->order.artifact.command.empty());
  publish();
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].status == capture_status::complete);
  CAF_REQUIRE(!received[0].artifacts.empty());
  CAF_CHECK_EQUAL(received[0].artifacts.back().name, "journal");
  CAF_CHECK_EQUAL(received[0].artifacts.back().says,
                  "Memory was short: 9.0 MB available, 50.3 MB needed.");
}

CAF_TEST(each job of what is read here knows all that is to be read with it) {
  start();
  send_event(paused(100s));
  measured();
  const auto& order = running(task::capture).at(0)->order;
  CAF_CHECK_EQUAL(order.perishable,
                  (std::vector<std::string>{"stacks", "pressure", "counters", "processes",
                                            "kernel_log", "mounts"}));
}

CAF_TEST(a disk that does not say how full it is does not hold a capture up for long) {
  start();
  send_event(paused(100s));
  live(1s); // asked to end
  CAF_CHECK_EQUAL(count(task::capture), 0u);
  live(2s);
  CAF_CHECK_EQUAL(count(task::capture), 2u);
}

CAF_TEST(evidence that cannot be kept is skipped and shown until it can) {
  start();
  send_event(paused(100s));
  measured();
  capture_all();
  job_outcome outcome;
  outcome.problem = "cannot make events: Read-only file system.";
  settle(task::publish, outcome);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].status == capture_status::skipped);
  CAF_CHECK(slot.degraded.read().find("Read-only") != std::string::npos);
  live(31s);
  send_event(paused(200s));
  whole_capture();
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
}

CAF_TEST(a capture is published without a word of the history) {
  start();
  send_event(paused(100s));
  measured();
  capture_all();
  CAF_CHECK_EQUAL(running(task::publish).size(), 1u);
}

CAF_TEST(what is missing or switched off is skipped with the reason and warned of once) {
  policy.artifacts.skip = {"mounts"};
  start();
  job_outcome lack;
  lack.missing = {{"journal", "journalctl is not installed"}, {"mounts", "whatever"}};
  live(5min, 1s);
  settle(task::probe, lack);
  CAF_CHECK(slot.note.read().starts_with(
    "8 of 9 artifacts can be captured; not journal (journalctl is not installed)"));
  send_event(paused(100s));
  measured();
  capture_all();
  const auto& report = running(task::publish).at(0)->order.report;
  CAF_REQUIRE_EQUAL(report.artifacts.size(), 9u);
  CAF_CHECK_EQUAL(report.artifacts[7].name, "mounts");
  CAF_CHECK_EQUAL(report.artifacts[7].says, "It is switched off in the settings.");
  CAF_CHECK_EQUAL(report.artifacts[8].says, "journalctl is not installed");
  CAF_CHECK(report.artifacts[8].status == artifact_status::skipped);
}

CAF_TEST(what an earlier run left behind is finished as incomplete) {
  capture_report left;
  left.event = mint_event_id(event_kind::pause, 50s);
  left.status = capture_status::incomplete;
  leftovers.leftovers = {left, left};
  leftovers.leftovers[1].event = mint_event_id(event_kind::pause, 60s);
  start();
  CAF_REQUIRE_EQUAL(running(task::publish).size(), 1u);
  publish();
  publish();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[1].status == capture_status::incomplete);
  CAF_CHECK(received[1].event == mint_event_id(event_kind::pause, 60s));
}

CAF_TEST(the death of the supervisor takes its jobs along and its successor goes on) {
  start();
  send_event(paused(100s));
  send_event(paused(200s));
  measured();
  const auto job = running(task::capture)[0];
  kill(aut);
  CAF_CHECK(job->gone); // and with it its tool
  start();
  CAF_CHECK_EQUAL(running(task::measure).size(), 1u); // the one that waited
  whole_capture();
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].event == mint_event_id(event_kind::pause, 200s));
}

CAF_TEST(pinned folders that fill the quota leave no room for a capture) {
  start();
  events.pinned.folders = {"events/a"};
  send_event(paused(100s));
  measured();
  capture_all();
  publish();
  CAF_CHECK_EQUAL(running(task::make_room).at(0)->order.pinned.folders.size(), 1u);
  CAF_CHECK_EQUAL(running(task::make_room).at(0)->order.quota, 2'000'000'000u);
  job_outcome full;
  full.within_quota = false;
  settle(task::make_room, full);
  live(31s);
  send_event(paused(200s));
  measured();
  CAF_CHECK(received.back().status == capture_status::skipped);
  CAF_CHECK(received.back().why.starts_with("The folders that are to be kept for ever fill the quota"));
}

CAF_TEST(an amendment that comes meanwhile goes into the metadata) {
  start();
  auto event = paused(100s);
  send_event(event);
  measured();
  event_amendment scope;
  scope.id = event.event.id;
  scope.scope = pause_scope::system;
  caf::anon_send(aut, scope);
  consume_messages();
  capture_all();
  CAF_CHECK(running(task::publish).at(0)->order.metadata.find("\"scope\":\"system\"") != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
