#define CAF_SUITE decide_readiness

#include "app/instance/decide_readiness.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(without a sample the daemon is not ready however long it takes) {
  progress x;
  x.is_past_stored = false;
  CAF_CHECK(!is_ready(x, 0));
  CAF_CHECK(!is_ready(x, 1000));
  CAF_CHECK_EQUAL(count_pulses_without_past(2, x), 2); // it is not the past alone that it waits for
}

CAF_TEST(with a sample and the past stored the daemon is ready at once) {
  progress x;
  x.samples_stored = 1;
  CAF_CHECK(is_ready(x, 0));
  CAF_CHECK_EQUAL(count_pulses_without_past(0, x), 0);
}

CAF_TEST(the past alone holds up readiness for three pulses) {
  progress x;
  x.samples_stored = 1;
  x.is_past_stored = false;
  int pulses = 0;
  for (int i = 0; i < 3; ++i) {
    pulses = count_pulses_without_past(pulses, x);
    CAF_CHECK(!is_ready(x, pulses));
  }
  CAF_CHECK(is_ready(x, count_pulses_without_past(pulses, x)));
}

CAF_TEST(a handler that has hung for more than fifty seconds is stuck) {
  progress x;
  x.longest_hang = 50s;
  CAF_CHECK(is_alive(x));
  x.longest_hang += 1ns;
  CAF_CHECK(!is_alive(x));
}
