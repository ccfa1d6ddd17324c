#define CAF_SUITE lived_time

#include "actors/supervision/lived_time.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(without a pause lived time is the clock) {
  lived_time time;
  CAF_CHECK_EQUAL(time.at(7s).count(), std::chrono::nanoseconds{7s}.count());
  CAF_CHECK_EQUAL(time.between(3s, 7s).count(), std::chrono::nanoseconds{4s}.count());
}

CAF_TEST(a pause is not lived) {
  lived_time time;
  time.add(gap{20s}, 30s); // from 10 s to 30 s
  const auto lived = [&time](std::chrono::nanoseconds a, std::chrono::nanoseconds b) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.between(a, b)).count();
  };
  CAF_CHECK_EQUAL(time.at(31s).count(), std::chrono::nanoseconds{11s}.count());
  CAF_CHECK_EQUAL(lived(5s, 35s), 10);  // around it
  CAF_CHECK_EQUAL(lived(15s, 35s), 5);  // began in it
  CAF_CHECK_EQUAL(lived(30s, 35s), 5);  // after it
  CAF_CHECK_EQUAL(lived(2s, 8s), 6);    // before it
  CAF_CHECK_EQUAL(lived(12s, 28s), 0);  // inside it
}

CAF_TEST(pauses add up and a negative one is none) {
  lived_time time;
  for (int i = 1; i <= 200; ++i)
    time.add(gap{1s}, std::chrono::seconds{10 * i});
  time.add(gap{-5s}, 2001s);
  CAF_CHECK_EQUAL(time.at(2000s).count(), std::chrono::nanoseconds{1800s}.count());
  CAF_CHECK_EQUAL(time.between(1500s, 2000s).count(), std::chrono::nanoseconds{450s}.count());
}
