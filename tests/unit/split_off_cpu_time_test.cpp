#define CAF_SUITE split_off_cpu_time

#include "actors/clock_sampler/split_off_cpu_time.hpp"

#include <array>
#include <chrono>
#include <initializer_list>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr auto deadline = 100'100ms;

/// @param oldest_first as they happened.
gap_record split(std::initializer_list<absence> oldest_first) {
  std::vector<absence> all{std::rbegin(oldest_first), std::rend(oldest_first)};
  const auto result = split_off_cpu_time(all.data(), all.size(), true, deadline);
  CAF_REQUIRE(result.has_value());
  return *result;
}

} // namespace

CAF_TEST(a thread that only waited for its deadline was not held up) {
  const auto x = split({{100'000ms, 100'100ms + 200us, false}});
  CAF_CHECK(!x.onset);
  CAF_CHECK(x.blocked == 200us);
  CAF_CHECK(x.preempted == 0ns);
}

CAF_TEST(a stop begins when the thread that was woken for it leaves again) {
  const auto x = split({{100'000ms, 100'040ms, false}, {100'040'050us, 103'000ms, false}});
  CAF_REQUIRE(x.onset.has_value());
  CAF_CHECK(*x.onset == 100'040'050us);
  CAF_CHECK(x.blocked == 103'000ms - 100'040'050us);
}

CAF_TEST(what goes on from the wait for the deadline has no recorded begin) {
  const auto x = split({{100'000ms, 103'000ms, false}});
  CAF_CHECK(!x.onset);
  CAF_CHECK(x.blocked == 2'900ms);
}

CAF_TEST(a thread that is preempted at its work was ready from that moment on) {
  const auto x = split({{100'000'050us, 102'000ms, true}, {102'000'100us, 102'000'400us, false}});
  CAF_REQUIRE(x.onset.has_value());
  CAF_CHECK(*x.onset == 100'000'050us);
  CAF_CHECK(x.preempted == 102'000ms - 100'000'050us);
}

CAF_TEST(trifles before a stop are not its begin and a large part of it is) {
  const auto trifle = split({{100'000ms, 100'020ms, false},
                             {100'020'050us, 100'021ms, true},
                             {100'040ms, 101'040ms, false}});
  CAF_CHECK(trifle.onset == 100'040ms);
  const auto in_two = split({{100'000ms, 100'020ms, false},
                             {100'030ms, 100'230ms, false},
                             {100'230'050us, 101'040ms, false}});
  CAF_CHECK(in_two.onset == 100'030ms);
}

CAF_TEST(a record that does not reach back to the beat before says nothing) {
  const absence one{100'000ms, 103'000ms, false};
  CAF_CHECK(!split_off_cpu_time(&one, 1, false, deadline));
}
