#define CAF_SUITE compose_pause

#include "actors/pause_detector/compose_pause.hpp"

#include "support/beats.hpp"

#include <chrono>

#include "support/explained.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a sleep is asleep with certainty) {
  const auto event = explained(quiet_gap(400ms, 3h));
  CAF_CHECK(event.kind == event_kind::sleep);
  CAF_CHECK_EQUAL(to_string(event.cause), "asleep");
  CAF_CHECK(event.sure == confidence::high);
  CAF_CHECK(event.book[pause_cause::asleep].length == 3h);
  CAF_CHECK_EQUAL(event.evidence.size(), 1u);
}

CAF_TEST(a freeze beside a sleep says so and books none of the sleep) {
  auto beat = quiet_gap(10100ms, 3h);
  *beat.after.continues += 1;
  const auto event = explained(beat);
  CAF_CHECK(event.kind == event_kind::pause);
  CAF_CHECK(event.book[pause_cause::asleep].length == 0ns);
  CAF_CHECK(event.book[pause_cause::stopped].length == 10050ms);
  CAF_REQUIRE_EQUAL(event.evidence.size(), 1u);
  CAF_CHECK_EQUAL(event.evidence[0], "the machine was also asleep for 3 h, which is not counted");
}

CAF_TEST(steps of the wall clock and lockups of the kernel are noted) {
  auto beat = quiet_gap(2s);
  beat.after.at.wall -= 1h;
  *beat.after.kernel_stalls += 2;
  *beat.after.continues += 1;
  const auto event = explained(beat);
  CAF_REQUIRE_EQUAL(event.evidence.size(), 2u);
  CAF_CHECK_EQUAL(event.evidence[0], "the kernel counted 2 lockups or RCU stalls");
  CAF_CHECK_EQUAL(event.evidence[1], "the wall clock was set back by 1 h");
}

CAF_TEST(time that is missing for a small part of a pause says nothing of the rest) {
  auto beat = quiet_gap(4000ms);
  *beat.after.machine_total -= 800ms; // of two CPUs
  const auto event = explained(beat);
  CAF_CHECK(event.cause != pause_cause::stolen);
  CAF_CHECK(!event.machine_lost_time);
}
