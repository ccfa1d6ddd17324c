#define CAF_SUITE lived_clock

#include "actors/supervision/lived_clock.hpp"

#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds beat_every = 100ms, pulse_every = 1s;

/// Beats from *now* on for so long.
void beat_for(lived_clock& x, nanoseconds& now, nanoseconds span) {
  for (const auto end = now + span; now < end;) {
    now += beat_every;
    x.beat(now, beat_every);
  }
}

} // namespace

CAF_TEST(the clock stands at zero until it is published) {
  const lived_clock x;
  CAF_CHECK(x.at(0s) == 0s);
  CAF_CHECK(x.at(1h) == 0s);
}

CAF_TEST(while the beat comes in time lived time is the time that passes) {
  lived_clock x;
  nanoseconds now = 50s;
  x.beat(now, beat_every);
  beat_for(x, now, 1h);
  CAF_CHECK(x.at(now) == 1h);
  CAF_CHECK(x.at(now + 70ms) == 1h + 70ms);
}

CAF_TEST(a pause counts for two periods at most whichever reader wakes first) {
  for (const bool beat_first : {true, false}) {
    lived_clock x;
    nanoseconds now = 50s;
    x.beat(now, beat_every);
    beat_for(x, now, 10s);
    now += 20min;
    if (beat_first)
      x.beat(now, beat_every);
    CAF_CHECK(x.at(now) == 10s + 200ms);
    now += 1ms;
    x.beat(now, beat_every);
    CAF_CHECK(x.at(now) >= 10s + 200ms);
    CAF_CHECK(x.at(now) <= 10s + 201ms);
    beat_for(x, now, 5s);
    CAF_CHECK(x.at(now) <= 15s + 201ms);
  }
}

CAF_TEST(without any beat the pulse keeps the clock going and a pause counts for two of its periods) {
  lived_clock x;
  nanoseconds now = 50s;
  for (int i = 0; i <= 30; ++i, now += pulse_every)
    x.pulse(now, pulse_every);
  CAF_CHECK(x.at(now) == 29s); // the first two do not suffice
  CAF_CHECK_EQUAL(x.pulses_without_beat(), 30u);
  now += 20min;
  x.pulse(now, pulse_every);
  CAF_CHECK(x.at(now) == 30s);
}

CAF_TEST(a beat that dies is stood in for and one that comes back takes over without a step back) {
  lived_clock x;
  nanoseconds now = 50s;
  x.pulse(now, pulse_every);
  for (int i = 0; i < 10; ++i) {
    beat_for(x, now, 1s);
    x.pulse(now, pulse_every);
  }
  CAF_CHECK_EQUAL(x.pulses_without_beat(), 0u);
  const auto lived = x.at(now);
  for (int i = 0; i < 60; ++i)
    x.pulse(now += 1s, pulse_every);
  CAF_CHECK_EQUAL(x.pulses_without_beat(), 60u);
  const auto dead = x.at(now);
  CAF_CHECK(dead - lived <= 60s);
  CAF_CHECK(dead - lived >= 58s);
  beat_for(x, now, 1s);
  CAF_CHECK(x.at(now) == dead + 1s);
  x.pulse(now, pulse_every);
  CAF_CHECK_EQUAL(x.pulses_without_beat(), 0u);
}

CAF_TEST(a pulse that is the first to wake out of a pause adds nothing to it) {
  lived_clock x;
  nanoseconds now = 50s;
  x.beat(now, beat_every);
  beat_for(x, now, 5s);
  x.pulse(now, pulse_every);
  now += 1min; // right behind the pulse
  x.pulse(now, pulse_every);
  x.beat(now + 1ms, beat_every);
  CAF_CHECK(x.at(now + 1ms) == 5s + 200ms);
  CAF_CHECK(x.at(now + 1h) <= 5s + 401ms);
}

CAF_TEST(a reading of the time that is a little old takes nothing away) {
  lived_clock x;
  x.beat(10s, beat_every);
  x.beat(10s + 100ms, beat_every);
  CAF_CHECK(x.at(10s + 90ms) == 100ms);
  x.beat(10s + 50ms, beat_every); // even from the beat itself
  CAF_CHECK(x.at(10s + 100ms) == 100ms);
}

CAF_TEST(through any story the clock goes on and never faster than time) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 chance{seed};
    const auto below = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    lived_clock x;
    nanoseconds now = 1s, last = 0s;
    const auto began = now;
    x.pulse(now, pulse_every);
    for (int i = 0; i < 2000; ++i) {
      now += below(50) == 0 ? std::chrono::milliseconds{below(100'000)} : std::chrono::milliseconds{below(150)};
      switch (below(4)) {
        case 0:
          x.pulse(now, pulse_every);
          break;
        case 1:
          break;
        default:
          x.beat(now, beat_every);
      }
      const auto lived = x.at(now);
      CAF_REQUIRE(lived >= last);
      CAF_REQUIRE(lived <= now - began);
      last = lived;
    }
  }
}

CAF_TEST(a beat that was stopped before it published takes nothing back) {
  lived_clock x;
  for (auto now = 8s; now <= 10s; now += 1s)
    x.pulse(now, pulse_every);
  CAF_CHECK(x.at(11s + 500ms) == 1s + 500ms);
  x.beat(10s + 100ms, beat_every);
  CAF_CHECK(x.at(11s + 500ms) == 1s + 500ms);
  for (auto now = 11s + 600ms; now < 15s; now += 100ms) {
    const auto lived = x.at(now - 1ns);
    x.beat(now, beat_every);
    CAF_CHECK(x.at(now) >= lived);
  }
  CAF_CHECK(x.at(1h) <= x.at(15s) + 200ms); // and after a while a pause is capped as ever
}

CAF_TEST(readers on other threads never see the clock go back) {
  lived_clock x;
  std::atomic<std::int64_t> time{1'000'000'000};
  std::atomic<bool> over{false};
  std::atomic<int> steps_back{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      nanoseconds last{};
      while (!over) {
        const auto now = x.at(nanoseconds{time.load()});
        steps_back += now < last ? 1 : 0;
        last = now;
      }
    });
  std::thread supervisor{[&] {
    while (!over)
      x.pulse(nanoseconds{time.load()}, pulse_every);
  }};
  for (int i = 0; i < 200'000; ++i)
    x.beat(nanoseconds{time += 1'000'000}, beat_every);
  over = true;
  supervisor.join();
  for (auto& one : readers)
    one.join();
  CAF_CHECK_EQUAL(steps_back.load(), 0);
  CAF_CHECK(x.at(nanoseconds{time.load()}) <= 200s);
}
