#define CAF_SUITE decide_tick

#include "actors/system_metrics/decide_tick.hpp"

#include <random>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

const tick_policy policy;

/// A metronome that has ticked at 100 s, 101 s … on time.
tick_state after(std::uint64_t ticks) {
  auto x = start_ticking(100s, policy);
  for (std::uint64_t i = 0; i < ticks; ++i)
    x = decide_tick(x, x.due, policy);
  return x;
}

} // namespace

CAF_TEST(the first tick is due at once and the others a period apart) {
  auto x = start_ticking(100s, policy);
  CAF_CHECK(x.due == 100s);
  x = decide_tick(x, 100s, policy);
  CAF_CHECK_EQUAL(x.ticks, 1u);
  CAF_CHECK(x.due == 101s);
  CAF_CHECK(after(3600).due == 3700s);
}

CAF_TEST(lateness never adds up) {
  auto x = start_ticking(100s, policy);
  for (int i = 0; i < 1000; ++i)
    x = decide_tick(x, x.due + 40ms, policy);
  CAF_CHECK(x.due == 1100s);
  CAF_CHECK_EQUAL(x.missed, 0u);
}

CAF_TEST(a tick that is nearly a period late leaves half a period to the next) {
  auto x = after(10); // due at 110 s
  x = decide_tick(x, 110s + 990ms, policy);
  CAF_CHECK(x.due == 111s + 490ms);
  x = decide_tick(x, x.due, policy);
  CAF_CHECK(x.due == 112s);
  CAF_CHECK_EQUAL(x.missed, 0u);
}

CAF_TEST(a metronome that was held up by a restart makes up for what it owes) {
  auto x = after(10);
  x = decide_tick(x, 113s + 100ms, policy); // 110, 111, 112 and 113 were due
  CAF_CHECK_EQUAL(x.missed, 0u);
  CAF_CHECK(x.due == 113s + 600ms);
  while (x.ticks < 20)
    x = decide_tick(x, x.due, policy);
  CAF_CHECK(x.due == 120s);
  CAF_CHECK_EQUAL(x.missed, 0u);
}

CAF_TEST(what is too much to make up for is missed) {
  auto x = after(10);
  x = decide_tick(x, 170s, policy); // 61 were due
  CAF_CHECK_EQUAL(x.ticks, 11u);
  CAF_CHECK_EQUAL(x.missed, 61u - 1 - policy.catch_up);
  while (x.due < 190s)
    x = decide_tick(x, x.due, policy);
  CAF_CHECK_EQUAL(x.ticks + x.missed, 90u);
}

CAF_TEST(lived seconds are ticks and missed ones through any story) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 chance{seed};
    auto below = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    nanoseconds now = 50s;
    auto x = start_ticking(now, policy);
    for (int i = 0; i < 500; ++i) {
      now = std::max(now, x.due) + std::chrono::milliseconds{below(30)};
      if (below(50) == 0) // restarted, or starved
        now += std::chrono::milliseconds{below(20'000)};
      x = decide_tick(x, now, policy);
    }
    // Let it make up for what it still owes.
    while (x.due <= now + 10s)
      x = decide_tick(x, x.due, policy);
    CAF_CHECK_EQUAL((x.last - 50s) / 1s + 1, static_cast<std::int64_t>(x.ticks + x.missed));
  }
}
