#define CAF_SUITE find_sleep_in_window

#include "actors/powermetrics_reader/find_sleep_in_window.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a window is asleep for as long as the clocks part between its arrival and the last) {
  sleep_in_windows sleep;
  CAF_CHECK(sleep.add({100s, 500s, {}}, 60s) == 0s); // when it began is not known
  CAF_CHECK(sleep.add({101s, 501s, {}}, 1s) == 0s);
  CAF_CHECK(sleep.add({102s, 545s, {}}, 44s) == 43s);
  CAF_CHECK(sleep.add({103s, 546s, {}}, 1s) == 0s); // each sleep counts once
}

CAF_TEST(a pause is no sleep) {
  sleep_in_windows sleep;
  sleep.add({100s, 500s, {}}, 1s);
  CAF_CHECK(sleep.add({106s, 506s, {}}, 6s) == 0s);
}

CAF_TEST(a producer whose clock stands still in a sleep has windows without one) {
  sleep_in_windows sleep;
  sleep.add({100s, 500s, {}}, 1s);
  CAF_CHECK(sleep.add({101s, 544s, {}}, 1s) == 0s);
  CAF_CHECK(sleep.add({102s, 545s, {}}, 1s) == 0s);
  CAF_CHECK(sleep.add({107s, 550s, {}}, 5s) == 0s); // nor is that sleep in a later one
}

CAF_TEST(of windows that waited for a paused daemon the long one has the sleep) {
  sleep_in_windows sleep;
  sleep.add({100s, 500s, {}}, 1s);
  CAF_CHECK(sleep.add({104s, 547s, {}}, 1s) == 0s);
  CAF_CHECK(sleep.add({104s, 547s, {}}, 1s) == 0s);
  const auto has_it = sleep.add({104s, 547s, {}}, 44s);
  CAF_CHECK(has_it > 40s && has_it <= 43s);
  CAF_CHECK(has_it + sleep.add({104s, 547s, {}}, 1s) == 43s); // together they have all of it
}

CAF_TEST(a window that ends after the daemon woke has the sleep that those before it did not have) {
  sleep_in_windows sleep;
  sleep.add({100s, 500s, {}}, 1s);
  CAF_CHECK(sleep.add({102s, 545s, {}}, 1s) == 0s);
  CAF_CHECK(sleep.add({103s, 546s, {}}, 45s) == 43s);
}
