#define CAF_SUITE back_off

#include "actors/host/back_off.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the delay doubles with each failure up to the longest) {
  CAF_CHECK(back_off(0, 100ms, 1s) == 100ms);
  CAF_CHECK(back_off(1, 100ms, 1s) == 200ms);
  CAF_CHECK(back_off(3, 100ms, 1s) == 800ms);
  CAF_CHECK(back_off(4, 100ms, 1s) == 1s);
  CAF_CHECK(back_off(1'000'000'000, 100ms, 1s) == 1s);
}

CAF_TEST(the longest holds from the start on and is never overshot) {
  CAF_CHECK(back_off(0, 2s, 1s) == 1s);
  CAF_CHECK(back_off(100, 3h, std::chrono::nanoseconds::max()) == std::chrono::nanoseconds::max());
  CAF_CHECK(back_off(5, 0s, 1s) == 0s);
}
