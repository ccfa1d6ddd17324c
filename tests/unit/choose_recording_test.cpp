#define CAF_SUITE choose_recording

#include "actors/switch_recorder/choose_recording.hpp"

#include <initializer_list>
#include <utility>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A machine whose CPUs switch so often each second; what is sampled is not counted by CPU.
struct machine {
  std::map<std::uint32_t, double> rates;
  std::map<std::uint32_t, cpu_recording> cpus;
  std::chrono::nanoseconds now = 1000s;

  machine(std::initializer_list<std::pair<const std::uint32_t, double>> x) : rates{x} {
    for (const auto& [cpu, rate] : rates)
      cpus.try_emplace(cpu);
  }
  void live(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      now += 1s;
      std::map<std::uint32_t, double> recorded;
      switch_rate all;
      for (const auto& [cpu, rate] : rates) {
        all.per_second += rate;
        if (!cpus.at(cpu).is_sampled)
          recorded[cpu] = rate;
      }
      choose_recording(cpus, recorded, all, now);
    }
  }
  bool is_sampled(std::uint32_t cpu) const {
    return cpus.at(cpu).is_sampled;
  }
};

} // namespace

CAF_TEST(a CPU that switches very often is sampled and the others are recorded) {
  machine m{{0, 2'000}, {1, 100'000}};
  m.live(1);
  CAF_CHECK(!m.is_sampled(0));
  CAF_CHECK(m.is_sampled(1));
  m.live(30);
  CAF_CHECK(!m.is_sampled(0));
  CAF_CHECK(m.is_sampled(1));
}

CAF_TEST(many CPUs that switch moderately are recorded however many switches that is together) {
  machine m{};
  for (std::uint32_t i = 0; i < 64; ++i) {
    m.rates[i] = 4'000;
    m.cpus.try_emplace(i);
  }
  m.live(100);
  for (std::uint32_t i = 0; i < 64; ++i)
    CAF_CHECK(!m.is_sampled(i));
}

CAF_TEST(a CPU that came to rest is recorded again only after it was calm for some seconds) {
  machine m{{0, 100}, {1, 100'000}};
  m.live(3);
  m.rates[1] = 1'000;
  m.live(3);
  CAF_CHECK(m.is_sampled(1));
  m.rates[1] = 20'000; // and on it goes
  m.live(1);
  m.rates[1] = 1'000;
  m.live(5);
  CAF_CHECK(m.is_sampled(1));
  m.live(1);
  CAF_CHECK(!m.is_sampled(1));
}

CAF_TEST(between the limits a CPU stays as it is) {
  machine m{{0, 8'000}, {1, 100'000}};
  m.live(2);
  m.rates[1] = 8'000;
  m.live(20);
  CAF_CHECK(!m.is_sampled(0));
  CAF_CHECK(m.is_sampled(1));
}

CAF_TEST(a sampled CPU is counted for a second each minute as how much it switches is an estimate) {
  machine m{{0, 100}, {1, 100'000}};
  m.live(1);
  int recorded = 0;
  for (int i = 0; i < 610; ++i) {
    m.live(1);
    recorded += m.is_sampled(1) ? 0 : 1;
  }
  CAF_CHECK_EQUAL(recorded, 10);
}

CAF_TEST(of several sampled CPUs the one that still switches very often is the only one in the end) {
  machine m{{0, 50'000}, {1, 50'000}, {2, 50'000}, {3, 50'000}};
  m.live(1);
  m.rates = {{0, 12'000}, {1, 100}, {2, 100}, {3, 100}};
  m.live(20);
  CAF_CHECK(m.is_sampled(0));
  for (std::uint32_t i = 1; i < 4; ++i)
    CAF_CHECK(!m.is_sampled(i));
}

CAF_TEST(a CPU of which nothing is known is recorded) {
  machine m{{0, 100'000}};
  choose_recording(m.cpus, {}, {100'000}, m.now);
  CAF_CHECK(!m.is_sampled(0));
}

CAF_TEST(two readings of a ring say how often its CPU switched) {
  CAF_CHECK(switches_between(ring_reading{6'400, 10s}, {12'800, 11s}) == 100.0);
  CAF_CHECK(switches_between(ring_reading{0, 10s}, {640'000, 12s}) == 5'000.0);
  CAF_CHECK(!switches_between(std::nullopt, {12'800, 11s}));
  CAF_CHECK(!switches_between(ring_reading{6'400, 10s}, {12'800, 10'100ms}));
  CAF_CHECK(!switches_between(ring_reading{6'400, 10s}, {12'800, 60s}));
  CAF_CHECK(!switches_between(ring_reading{6'400, 10s}, {0, 11s}));
}
