#define CAF_SUITE lateness_histogram

#include "actors/pause_detector/lateness_histogram.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(an empty histogram has no lateness) {
  const lateness_histogram x;
  CAF_CHECK(x.quantile(0.99) == 0ns);
  CAF_CHECK(x.max() == 0ns);
  CAF_CHECK_EQUAL(x.size(), 0u);
}

CAF_TEST(quantiles are right within an eighth from microseconds to hours) {
  for (const double scale : {1e3, 1e5, 1e7, 1e9, 1e12}) {
    std::mt19937 random{5}; // NOLINT: the same each time
    std::uniform_real_distribution<double> some{scale, 40 * scale};
    lateness_histogram x;
    std::vector<std::int64_t> all;
    for (int i = 0; i < 10'000; ++i) {
      all.push_back(static_cast<std::int64_t>(some(random)));
      x.count(std::chrono::nanoseconds{all.back()}, 0ns);
    }
    std::sort(all.begin(), all.end());
    for (const double share : {0.5, 0.9, 0.99, 0.999, 0.9999}) {
      const auto truth = static_cast<double>(all[static_cast<std::size_t>(share * 10'000) - 1]);
      const auto result = static_cast<double>(x.quantile(share).count());
      CAF_CHECK_GREATER_OR_EQUAL(result, truth - 1000);
      CAF_CHECK_LESS_OR_EQUAL(result, truth * 1.126 + 1000);
    }
    CAF_CHECK(x.max().count() == all.back());
    CAF_CHECK(x.quantile(1) == x.max());
  }
}

CAF_TEST(beats that were missed count as late as they would have been) {
  lateness_histogram x;
  x.count(950ms, 100ms);
  CAF_CHECK_EQUAL(x.size(), 10u); // 950, 850 … 50 ms
  CAF_CHECK_GREATER(x.quantile(0.5), 400ms);
  CAF_CHECK_LESS(x.quantile(0.5), 560ms);
  lateness_histogram one;
  one.count(99ms, 100ms);
  CAF_CHECK_EQUAL(one.size(), 1u);
}

CAF_TEST(a stall of days stays bounded) {
  lateness_histogram x;
  x.count(240h, 100ms);
  CAF_CHECK_EQUAL(x.size(), 100'001u);
  CAF_CHECK(x.max() == 240h);
  CAF_CHECK(x.quantile(1) <= 240h);
}

CAF_TEST(two histograms add up and a negative lateness is none) {
  lateness_histogram a;
  lateness_histogram b;
  a.count(-5ms, 100ms);
  b.count(3ms, 100ms);
  a.add(b);
  CAF_CHECK_EQUAL(a.size(), 2u);
  CAF_CHECK(a.max() == 3ms);
  CAF_CHECK(a.quantile(0.5) <= 1us);
}
