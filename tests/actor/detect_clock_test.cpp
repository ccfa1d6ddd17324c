// What the PAUSE DETECTOR makes of a clock that is set, and of a suspend in which no clock stood
// still.
#define CAF_SUITE detect_clock

#include "actors/pause_detector/pause_detector.hpp"

#include "support/actor_fixture.hpp"
#include "support/beats.hpp"
#include "support/event_listener.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture : actor_fixture {
  received_events<pause_event> received;
  std::shared_ptr<pause_detector_memory> memory = std::make_shared<pause_detector_memory>();
  pause_detector_actor aut =
    spawn(pause_detector, actor_slot_ref{}, pause_detector_policy{}, memory);

  fixture() {
    caf::anon_send(aut, link_to{"probe"}, spawn(event_listener<pause_event>, &received));
    consume_messages();
  }
  ~fixture() override {
    finish();
  }

  /// A second of beats that were in time.
  clock_reading second(std::chrono::nanoseconds awake, std::chrono::nanoseconds step = 0ns,
                       std::optional<std::uint64_t> sleeps = {}) {
    clock_reading x;
    x.at = {awake, awake + 500s, awake + 1'700'000'000s};
    x.period = 100ms;
    x.lateness.assign(10, 1ms);
    if (step != 0ns)
      x.steps.push_back({x.at, step, 100ms});
    x.sleeps = sleeps;
    caf::anon_send(aut, x);
    consume_messages();
    return x;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(detect_clock_tests, fixture)

CAF_TEST(a clock that is set is an event with what it showed before and after) {
  second(1000s, 200ms); // no more than a word in the log
  CAF_CHECK(received.events.empty());
  second(1001s, -1h);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  const auto& event = received.events[0];
  CAF_CHECK(event.kind == event_kind::clock && kind_of(event.id) == event_kind::clock);
  CAF_CHECK(event.duration == 0ns);
  CAF_CHECK(event.facts->find("\"title\":\"the wall clock was set back by 1 h\"")
            != std::string::npos);
  CAF_CHECK(
    event.facts->find(
      "\"before\":\"2023-11-14 23:30:01.000 UTC\",\"after\":\"2023-11-14 22:30:01.000 UTC\"")
    != std::string::npos);
  second(1001s, -1h); // the same once more
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST(each step of a clock is an event of its own that reaches back to the beat before it
         and not beyond) {
  clock_reading x;
  x.at = {1040s, 1540s, 1'700'001'040s}; // it waited for a minute
  x.period = 100ms;
  x.lateness.assign(600, 1ms);
  x.steps = {{{1001s, 1501s, 1'700'001'016s}, 15s, 100ms},
             {{1020s, 1520s, 1'700'001'020s}, -15s, 400ms}};
  caf::anon_send(aut, x);
  consume_messages();
  CAF_REQUIRE_EQUAL(received.events.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& event = received.events[i];
    CAF_CHECK(event.started + event.uncertainty == x.steps[i].at.wall);
    CAF_CHECK(event.started - event.uncertainty == x.steps[i].at.wall - x.steps[i].within);
    CAF_CHECK(event.id == mint_event_id(event_kind::clock, event.started));
  }
}

CAF_TEST(a suspend that is counted soon after a pause is what it was) {
  second(999s, 0ns, 4);
  const auto beat = quiet_gap(3h);
  caf::anon_send(aut, beat);
  consume_messages();
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].cause == pause_cause::unexplained);
  second(1000s + 3h, 0ns, 4);
  CAF_CHECK(received.amendments.empty());
  second(1001s + 3h, 0ns, 5);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].id == received.events[0].id);
  CAF_REQUIRE(received.amendments[0].explained);
  CAF_CHECK(received.amendments[0].explained->cause == pause_cause::asleep);
}

CAF_TEST(a sleep that parted the clocks explains no pause before it) {
  second(999s, 0ns, 4);
  const auto beat = quiet_gap(2s);
  caf::anon_send(aut, beat);
  consume_messages();
  clock_reading x = second(1003s, 0ns, 4);
  x.at.awake += 1s;
  x.at.total += 1h;
  x.at.wall += 1h;
  x.sleeps = 5;
  caf::anon_send(aut, x);
  consume_messages();
  CAF_CHECK(received.amendments.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
