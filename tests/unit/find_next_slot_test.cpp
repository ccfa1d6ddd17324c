#define CAF_SUITE find_next_slot

#include "app/sampler/find_next_slot.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the time a sample takes does not add up) {
  CAF_CHECK(find_next_slot(10s, 10s + 7ms, 1s) == 11s);
  CAF_CHECK(find_next_slot(10s, 10s, 1s) == 11s);
}

CAF_TEST(slots missed in a stall are left out) {
  CAF_CHECK(find_next_slot(10s, 14s + 200ms, 1s) == 15s);
  CAF_CHECK(find_next_slot(10s, 1000s, 1s) == 1001s);
}

CAF_TEST(no window is shorter than half an interval) {
  CAF_CHECK(find_next_slot(10s, 10s + 500ms, 1s) == 11s);
  CAF_CHECK(find_next_slot(10s, 10s + 501ms, 1s) == 12s);
  CAF_CHECK(find_next_slot(10s, 14s + 900ms, 1s) == 16s);
}
