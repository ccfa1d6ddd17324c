#define CAF_SUITE find_interrupt

#include "actors/clock_sampler/find_interrupt.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(the line that interrupted most is found) {
  const auto found = find_busiest_interrupt("cpu 1\nintr 100 5 0 7 0 9\nctxt 1\n",
                                            "cpu 1\nintr 900 5 3 700 0 20\nctxt 1\n");
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->number, 2u);
  CAF_CHECK_EQUAL(found->count, 693u);
}

CAF_TEST(texts without counts or with a cut line say nothing) {
  CAF_CHECK(!find_busiest_interrupt("", ""));
  CAF_CHECK(!find_busiest_interrupt("cpu 1\nintr 9 5\n", "cpu 1\nintr 9 5\n"));
  CAF_CHECK(!find_busiest_interrupt("cpu 1\nintr 9 5\n", "cpu 1\nintr 9 7"));
  CAF_CHECK(!find_busiest_interrupt("cpu 1\nintr x\n", "cpu 1\nintr 9 7\n"));
}
