#define CAF_SUITE time_beat

#include "actors/clock_sampler/time_beat.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(deadlines lie on one grid however late the beats are) {
  CAF_CHECK(next_deadline(10s, 10s, 100ms) == 10s + 100ms);
  CAF_CHECK(next_deadline(10s, 10s + 99ms, 100ms) == 10s + 100ms);
  CAF_CHECK(next_deadline(10s, 10s + 100ms, 100ms) == 10s + 200ms);
  CAF_CHECK(next_deadline(10s, 13s + 70ms, 100ms) == 13s + 100ms);
}

CAF_TEST(a beat is late from the limit on) {
  const beat_policy policy;
  CAF_CHECK(!is_late(10s, 10s, 0ns, policy));
  CAF_CHECK(!is_late(10s, 10s + 199'999'999ns, 0ns, policy));
  CAF_CHECK(is_late(10s, 10s + 200ms, 0ns, policy));
}

CAF_TEST(a sleep is reported although the beat came in time) {
  const beat_policy policy;
  CAF_CHECK(!is_late(10s, 10s, 50ms, policy));
  CAF_CHECK(is_late(10s, 10s, 51ms, policy));
}

CAF_TEST(a pause of three beats is found wherever in a beat it begins) {
  const beat_policy policy;
  for (auto phase = 0ms; phase < 100ms; phase += 1ms) {
    const auto stopped = 10s + phase; // the last beat was at 10 s
    const auto woke = stopped + 300ms;
    CAF_CHECK(is_late(next_deadline(10s, 10s, 100ms), woke, 0ns, policy));
  }
}

CAF_TEST(a beat whose thread was held up since a recorded moment is late by that) {
  const beat_policy policy;
  CAF_CHECK(may_be_late(10s, 10s + 100ms, 0ns, policy));
  CAF_CHECK(!may_be_late(10s, 10s + 99ms, 0ns, policy));
  CAF_CHECK(is_late(9'920ms, 10s + 120ms, policy));
  CAF_CHECK(is_late(9'920'500us, 10s + 120ms, policy)); // within the slack
  CAF_CHECK(!is_late(9'922ms, 10s + 120ms, policy));
  CAF_CHECK(!is_late(std::nullopt, 10s + 120ms, policy));
}
