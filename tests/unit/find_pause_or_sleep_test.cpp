#define CAF_SUITE find_pause_or_sleep

#include "actors/pause_detector/find_pause_or_sleep.hpp"

#include "support/beats.hpp"

#include <random>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {
const pause_policy policy;
}

CAF_TEST(a beat in time is no pause) {
  CAF_CHECK(find_pause_or_sleep(quiet_gap(100ms), policy).empty());
  CAF_CHECK(find_pause_or_sleep(quiet_gap(299'999'999ns), policy).empty());
}

CAF_TEST(lateness of 200 ms is a pause) {
  const auto found = find_pause_or_sleep(quiet_gap(300ms), policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].kind == event_kind::pause);
}

CAF_TEST(the duration is the lateness and half a beat give or take half a beat) {
  const auto found = find_pause_or_sleep(quiet_gap(5100ms), policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].duration == 5050ms);
  CAF_CHECK(found[0].uncertainty == 50ms);
  CAF_CHECK(found[0].expected == 100ms);
  CAF_CHECK_EQUAL(found[0].latency_ratio, 51);
  CAF_CHECK(found[0].ended - found[0].started == 5050ms);
  CAF_CHECK(found[0].ended == found[0].after.wall);
}

CAF_TEST(the estimate has no bias over all moments at which a pause can begin) {
  std::mt19937 random{7}; // NOLINT: the same each time
  std::uniform_int_distribution<std::int64_t> phase{0, 99'999'999};
  std::uniform_int_distribution<std::int64_t> length{300'000'000, 90'000'000'000};
  double sum = 0, worst = 0;
  const int rounds = 20'000;
  for (int i = 0; i < rounds; ++i) {
    const std::chrono::nanoseconds truth{length(random)};
    const auto found = find_pause_or_sleep(quiet_gap(std::chrono::nanoseconds{phase(random)} + truth), policy);
    CAF_REQUIRE_EQUAL(found.size(), 1u);
    const auto error = to_seconds(found[0].duration - truth);
    sum += error;
    worst = std::max(worst, std::abs(error));
  }
  CAF_CHECK_LESS(std::abs(sum / rounds), 0.001);
  CAF_CHECK_LESS_OR_EQUAL(worst, 0.0501);
}

CAF_TEST(hours of sleep are a sleep to the nanosecond and no pause) {
  for (const auto asleep : std::initializer_list<std::chrono::nanoseconds>{51ms, 3s, 8h, 72h}) {
    const auto found = find_pause_or_sleep(quiet_gap(100ms, asleep), policy);
    CAF_REQUIRE_EQUAL(found.size(), 1u);
    CAF_CHECK(found[0].kind == event_kind::sleep);
    CAF_CHECK(found[0].duration == asleep);
    CAF_CHECK(found[0].asleep == asleep);
    CAF_CHECK(found[0].uncertainty == 0ns);
  }
  CAF_CHECK(find_pause_or_sleep(quiet_gap(100ms, 50ms), policy).empty());
}

CAF_TEST(a freeze within the gap of a sleep is kept and holds none of the sleep) {
  const auto found = find_pause_or_sleep(quiet_gap(20100ms, 1h), policy);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(found[0].kind == event_kind::sleep);
  CAF_CHECK(found[0].duration == 1h);
  CAF_CHECK(found[1].kind == event_kind::pause);
  CAF_CHECK(found[1].duration == 20050ms);
  CAF_CHECK(found[1].asleep == 1h);
  CAF_CHECK(found[1].ended - found[1].started == found[1].duration + found[1].asleep);
}

CAF_TEST(the time that the kernel takes to put everyone to sleep is no freeze) {
  CAF_CHECK_EQUAL(find_pause_or_sleep(quiet_gap(1000ms, 1h), policy).size(), 1u);
  CAF_CHECK_EQUAL(find_pause_or_sleep(quiet_gap(1100ms, 1h), policy).size(), 2u);
}

CAF_TEST(a step of the wall clock changes nothing but the times that are shown) {
  for (const auto step : std::initializer_list<std::chrono::nanoseconds>{1h, -1h, -8760h}) {
    auto stepped = quiet_gap(100ms);
    stepped.after.at.wall += step;
    CAF_CHECK(find_pause_or_sleep(stepped, policy).empty());
    CAF_CHECK(wall_step(stepped.before.at, stepped.after.at) == step);
    auto late = quiet_gap(5100ms);
    late.after.at.wall += step;
    const auto found = find_pause_or_sleep(late, policy);
    CAF_REQUIRE_EQUAL(found.size(), 1u);
    CAF_CHECK(found[0].duration == 5050ms);
    CAF_CHECK(found[0].ended - found[0].started == 5050ms);
  }
}

CAF_TEST(pauses that follow each other are each found with their own length) {
  const auto first = find_pause_or_sleep(quiet_gap(1100ms), policy);
  auto second = quiet_gap(600ms);
  second.before.at = first.at(0).after;
  second.after.at = {second.before.at.awake + 600ms, second.before.at.total + 600ms,
                     second.before.at.wall + 600ms};
  second.deadline = second.before.at.awake + 100ms;
  const auto found = find_pause_or_sleep(second, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].duration == 550ms);
  CAF_CHECK(found[0].started >= first[0].ended);
}

CAF_TEST(a pause whose begin is recorded is as long as from there to the beat) {
  auto beat = quiet_gap(3100ms);
  beat.recorded = gap_record{beat.before.at.awake + 37ms, 0ns, 3063ms};
  const auto found = find_pause_or_sleep(beat, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].duration == 3063ms);
  CAF_CHECK(found[0].uncertainty == 1ms);
  CAF_CHECK(found[0].ended - found[0].started == 3063ms);
}

CAF_TEST(a pause of 200 ms whose begin is recorded is found however little the beat is late) {
  auto beat = quiet_gap(205ms);
  CAF_CHECK(find_pause_or_sleep(beat, policy).empty());
  beat.recorded = gap_record{beat.before.at.awake + 5ms, 0ns, 200ms};
  const auto found = find_pause_or_sleep(beat, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].duration == 200ms);
  beat.recorded->onset = beat.before.at.awake + 20ms;
  CAF_CHECK(find_pause_or_sleep(beat, policy).empty());
}

CAF_TEST(a begin that is not recorded leaves the estimate as it is) {
  auto beat = quiet_gap(3100ms);
  beat.recorded = gap_record{std::nullopt, 0ns, 3000ms};
  const auto found = find_pause_or_sleep(beat, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].duration == 3050ms);
  CAF_CHECK(found[0].uncertainty == 50ms);
}

CAF_TEST(a thread that was ready but not preempted did not leave when others took its CPU) {
  auto beat = quiet_gap(3100ms);
  beat.recorded = gap_record{beat.before.at.awake + 10ms, 0ns, 3090ms};
  *beat.after.own_wait += 2950ms; // it had been woken by a signal and slept on
  CAF_CHECK(!held_up(beat));
  beat.recorded->preempted = 3000ms;
  beat.recorded->blocked = 0ns;
  CAF_CHECK(held_up(beat) == 3090ms);
}

CAF_TEST(a begin that is recorded says nothing of a gap with a sleep) {
  auto beat = quiet_gap(3100ms, 1h);
  beat.recorded = gap_record{beat.before.at.awake + 37ms, 0ns, 3063ms};
  const auto found = find_pause_or_sleep(beat, policy);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(found[1].duration == 3050ms);
}
