// The limits that the FORENSICS SUPERVISOR holds its captures to: number, rate, time and room.
#define CAF_SUITE capture_limits

#include "actors/forensics_supervisor/forensics_supervisor.hpp"

#include <algorithm>

#include "support/forensics_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(capture_limits_tests, forensics_fixture)

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

CAF_TEST(a pause that is released by its stall is captured after all) {
  start();
  const auto amended = [](const event_record& x, event_id stall) {
    event_amendment result{x.event.id};
    result.part_of = stall;
    return result;
  };
  const auto stall = mint_event_id(event_kind::stall, 50s);
  auto part = paused(100s);
  part.event.part_of = stall;
  send_event(part);
  CAF_CHECK_EQUAL(count(task::measure), 0u);
  send_event(amended(part, stall)); // as it was
  CAF_CHECK_EQUAL(count(task::measure), 0u);
  send_event(amended(part, {}));
  CAF_CHECK_EQUAL(count(task::measure), 1u);
  // And one that waited for its turn when it joined.
  const auto waits = paused(200s);
  send_event(waits), send_event(amended(waits, stall)), send_event(amended(waits, {}));
  whole_capture();
  CAF_CHECK_EQUAL(count(task::measure), 2u);
  whole_capture();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[0].event == part.event.id && received[1].event == waits.event.id);
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

CAF_TEST(what was read for a capture that is given up is dropped) {
  start();
  send_event(paused(100s));
  CAF_CHECK_EQUAL(running(task::measure).at(0)->order.limits.least_memory, policy.capture.least_memory);
  room.disk = 1'000'000;
  measured();
  CAF_REQUIRE_EQUAL(running(task::forget).size(), 1u);
  CAF_CHECK(running(task::forget)[0]->order.subject->id() == mint_event_id(event_kind::pause, 100s));
  settle(task::forget);
  room.disk = 1ull << 40;
  send_event(paused(200s));
  whole_capture();
  CAF_CHECK_EQUAL(count(task::forget), 1u); // none where it is published
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

CAF_TEST(a disk that does not say how full it is does not hold a capture up for long) {
  start();
  send_event(paused(100s));
  live(3s); // asked to end
  CAF_CHECK_EQUAL(count(task::capture), 0u);
  live(2s);
  CAF_CHECK_EQUAL(count(task::capture), 2u);
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

CAF_TEST_FIXTURE_SCOPE_END()
