#define CAF_SUITE decide_child_restart

#include "actors/powermetrics_reader/decide_child_restart.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the delay doubles from one second to thirty) {
  const powermetrics_reader_policy policy;
  const std::chrono::nanoseconds expected[] = {1s, 2s, 4s, 8s, 16s, 30s, 30s};
  for (unsigned i = 0; i < 7; ++i)
    CAF_CHECK(child_restart_delay(i + 1, policy) == expected[i]);
  CAF_CHECK(child_restart_delay(4'000'000'000u, policy) == 30s);
}

CAF_TEST(a child that worked long enough fails for the first time) {
  const powermetrics_reader_policy policy;
  CAF_CHECK_EQUAL(count_failure(0, 0s, policy), 1u);
  CAF_CHECK_EQUAL(count_failure(4, 59s, policy), 5u);
  CAF_CHECK_EQUAL(count_failure(4, 60s, policy), 1u);
}

CAF_TEST(the rhythm is the median and forgets) {
  arrival_rhythm rhythm;
  rhythm.add(1s);
  rhythm.add(9s);
  CAF_CHECK(!rhythm.expected());
  rhythm.add(2s);
  CAF_CHECK(rhythm.expected() == 2s);
  for (int i = 0; i < 15; ++i)
    rhythm.add(5s);
  CAF_CHECK(rhythm.expected() == 5s);
}

CAF_TEST(silence is three intervals and longer at the start) {
  powermetrics_reader_policy policy;
  arrival_rhythm rhythm;
  CAF_CHECK(longest_silence(rhythm, false, policy) == 13s);
  CAF_CHECK(longest_silence(rhythm, true, policy) == 3s);
  for (int i = 0; i < 3; ++i)
    rhythm.add(1200ms);
  CAF_CHECK(longest_silence(rhythm, true, policy) == 3600ms);
  policy.interval = 100ms;
  CAF_CHECK(longest_silence({}, true, policy) == 2s); // never a shorter one
}
