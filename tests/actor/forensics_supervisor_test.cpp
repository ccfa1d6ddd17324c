#define CAF_SUITE forensics_supervisor

#include "actors/forensics_supervisor/forensics_supervisor.hpp"

#include <algorithm>

#include "support/forensics_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(forensics_supervisor_tests, forensics_fixture)

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
  const std::vector<std::string> all{"stacks",    "pressure",   "counters",
                                     "processes", "kernel_log", "mounts"};
  send_event(paused(100s));
  CAF_CHECK_EQUAL(running(task::measure).at(0)->order.perishable, all); // before there is room
  measured();
  CAF_CHECK_EQUAL(running(task::capture).at(0)->order.perishable, all);
}

CAF_TEST(what perishes of an event that waits for its turn is read at once) {
  start();
  send_event(paused(100s));
  CAF_CHECK_EQUAL(count(task::read), 0u);
  send_event(paused(200s));
  CAF_REQUIRE_EQUAL(running(task::read).size(), 1u);
  const auto& order = running(task::read)[0]->order;
  CAF_CHECK(order.subject->id() == mint_event_id(event_kind::pause, 200s));
  CAF_CHECK(!order.perishable.empty());
  CAF_CHECK_EQUAL(order.limits.least_memory, policy.capture.least_memory);
  settle(task::read);
  whole_capture();
  CAF_CHECK(running(task::measure).at(0)->order.subject->id()
            == mint_event_id(event_kind::pause, 200s));
}

CAF_TEST(what was read of an event that need not wait any more is dropped) {
  start();
  send_event(paused(100s));
  send_event(paused(200s));
  event_amendment part;
  part.id = mint_event_id(event_kind::pause, 200s);
  part.part_of = mint_event_id(event_kind::stall, 199s);
  send_event(part);
  CAF_REQUIRE_EQUAL(running(task::forget).size(), 1u);
  CAF_CHECK(running(task::forget)[0]->order.subject->id() == part.id);
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
