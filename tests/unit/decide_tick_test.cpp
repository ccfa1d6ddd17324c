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

CAF_TEST(a pause leaves one late tick and moves the grid) {
  auto x = after(10);
  x = decide_tick(x, 200s + 300ms, policy); // due at 110 s, paused for 90.3 s
  CAF_CHECK_EQUAL(x.ticks, 11u);
  x = skip_gap(x, 90s + 300ms, 200s + 310ms, policy);
  CAF_CHECK_EQUAL(x.missed, 0u);
  CAF_CHECK(x.due == 111s + 90s + 300ms);
}

CAF_TEST(a pause told before its late tick needs no late tick) {
  auto x = skip_gap(after(10), 3s, 112s + 900ms, policy);
  CAF_CHECK(x.due == 113s);
  CAF_CHECK_EQUAL(x.ticks, 10u);
  CAF_CHECK_EQUAL(x.missed, 0u);
}

CAF_TEST(a pause told some ticks after the one that was late takes back all that it made seem missed) {
  auto x = decide_tick(after(10), 185s, policy); // frozen from 110 s on
  CAF_REQUIRE(x.missed > 60u);
  x = decide_tick(x, 186s, policy); // in time, and the word of the pause is still on its way
  x = skip_gap(x, 74s, 186s + 200ms, policy);
  CAF_CHECK_EQUAL(x.missed, 0u);
  CAF_CHECK(x.due <= 187s);
}

CAF_TEST(what was lived while the word of a pause was on its way is made up for and not missed) {
  auto x = decide_tick(after(10), 141s, policy); // frozen from 110 s on
  x = skip_gap(x, 31s, 143s + 300ms, policy);    // then held up
  CAF_CHECK_EQUAL(x.missed, 0u);
  CAF_CHECK(x.due <= 143s + 300ms);
}

CAF_TEST(a pause takes back nothing that was missed long before it) {
  auto x = decide_tick(after(10), 185s, policy); // starved
  const auto missed = x.missed;
  CAF_REQUIRE(missed > 60u);
  for (int i = 0; i < 10; ++i)
    x = decide_tick(x, x.due, policy);
  x = skip_gap(x, 30s, x.due + 29s, policy);
  CAF_CHECK_EQUAL(x.missed, missed);
}

CAF_TEST(who was held up by a restart makes up for what it owes) {
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

CAF_TEST(the pause of somebody else stops nobody) {
  auto x = after(10);
  x = skip_gap(x, 60s, 109s + 500ms, policy); // but all ticks were on time
  CAF_CHECK(x.due <= 111s + 500ms);
  const auto due = x.due;
  x = decide_tick(x, x.due, policy);
  CAF_CHECK(x.due == due + 1s);
  CAF_CHECK_EQUAL(x.missed, 0u);
}

CAF_TEST(pauses on end do not starve the metronome) {
  auto x = after(1);
  auto now = nanoseconds{100s};
  for (int i = 0; i < 1000; ++i) {
    now += 400ms;
    if (now >= x.due)
      x = decide_tick(x, now, policy);
    x = skip_gap(x, 300ms, now, policy);
  }
  CAF_CHECK(x.ticks >= 100u);       // a tenth of a second is lived in each round
  CAF_CHECK(x.ticks <= 102u);
}

CAF_TEST(lived seconds are ticks and missed ones through any story) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 chance{seed};
    auto below = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    nanoseconds now = 50s, paused{};
    auto x = start_ticking(now, policy);
    for (int i = 0; i < 500; ++i) {
      now = std::max(now, x.due) + std::chrono::milliseconds{below(30)};
      nanoseconds gap{};
      if (below(20) == 0) { // paused, and told of it just before or after the late tick
        gap = std::chrono::milliseconds{250 + below(100'000)};
        now += gap;
        paused += gap;
      } else if (below(50) == 0) { // restarted, or starved
        now += std::chrono::milliseconds{below(20'000)};
      }
      const bool told_first = below(2) == 0;
      if (gap > 0s && told_first)
        x = skip_gap(x, gap, now, policy);
      if (now >= x.due)
        x = decide_tick(x, now, policy);
      if (gap > 0s && !told_first)
        x = skip_gap(x, gap, now + 5ms, policy);
    }
    // Let it make up for what it still owes.
    while (x.due <= now + 10s)
      x = decide_tick(x, x.due, policy);
    const auto lived = (x.last - 50s - paused) / 1s + 1;
    CAF_CHECK(std::abs(lived - static_cast<std::int64_t>(x.ticks + x.missed)) <= 1);
  }
}
