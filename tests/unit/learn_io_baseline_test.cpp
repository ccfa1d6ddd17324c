#define CAF_SUITE learn_io_baseline

#include "actors/stress_scorer/learn_io_baseline.hpp"

#include <cmath>
#include <limits>

#include "support/test.hpp"

using namespace pmactor;

namespace {

const baseline_policy policy;

io_baseline after(int samples, double rate, io_baseline x = start_learning(policy)) {
  for (int i = 0; i < samples; ++i)
    x = learn_rate(x, rate, policy);
  return x;
}

} // namespace

CAF_TEST(nothing was learned at the start) {
  CAF_CHECK(start_learning(policy) == (io_baseline{10e6, 10e6, 0, 0}));
}

CAF_TEST(the first minute learns fast and then slowly) {
  const auto one = after(1, 1e6);
  CAF_CHECK(std::abs(one.fast - (10e6 * 0.7 + 1e6 * 0.3)) < 1);
  CAF_CHECK(std::abs(one.slow - (10e6 * 0.9 + 1e6 * 0.1)) < 1);
  const auto learned = io_baseline{10e6, 10e6, 60, 0};
  const auto next = learn_rate(learned, 1e6, policy);
  CAF_CHECK(std::abs(next.fast - (10e6 * 0.9 + 1e6 * 0.1)) < 1);
  CAF_CHECK(std::abs(next.slow - (10e6 * 0.999 + 1e6 * 0.001)) < 1);
  CAF_CHECK_EQUAL(next.samples, 61u);
}

// The origin design learned first and compared afterwards: x > 10 (0.1 x + 0.9 b) never holds.
CAF_TEST(a spike over ten times the baseline is seen) {
  const auto usual = after(200, 2e6);
  CAF_CHECK(std::abs(usual.fast - 2e6) < 1000);
  CAF_CHECK(!is_spike(19e6, usual, policy));
  CAF_CHECK(is_spike(21e6, usual, policy));
  CAF_CHECK(is_spike(2e6 * 1'000'000, usual, policy));
}

CAF_TEST(spikes are not learned) {
  const auto usual = after(200, 2e6);
  auto x = usual;
  for (int i = 0; i < 30; ++i) {
    CAF_CHECK(is_spike(50e6, x, policy));
    x = learn_rate(x, 50e6, policy);
  }
  CAF_CHECK_EQUAL(x.fast, usual.fast);
  CAF_CHECK_EQUAL(x.slow, usual.slow);
}

CAF_TEST(what lasts longer than a minute is the new normal) {
  auto x = after(200, 2e6);
  int seen = 0;
  for (int i = 0; i < 600; ++i) {
    seen += is_spike(50e6, x, policy);
    x = learn_rate(x, 50e6, policy);
  }
  CAF_CHECK(seen >= 60);
  CAF_CHECK(seen <= 65);
  CAF_CHECK(!is_spike(50e6, x, policy));
}

CAF_TEST(a little traffic on an idle disk is no spike) {
  const auto idle = after(2000, 0);
  CAF_CHECK(idle.fast < 1);
  CAF_CHECK(!is_spike(19e6, idle, policy));
  CAF_CHECK(is_spike(21e6, idle, policy));
}

CAF_TEST(while learning only a flood is a spike) {
  auto x = start_learning(policy);
  CAF_CHECK(!is_spike(150e6, x, policy));
  CAF_CHECK(is_spike(201e6, x, policy));
  x.samples = 59;
  CAF_CHECK(!is_spike(150e6, x, policy));
  x.samples = 60;
  CAF_CHECK(is_spike(150e6, x, policy));
}

CAF_TEST(what cannot be a rate is not learned) {
  const auto x = after(100, 2e6);
  CAF_CHECK(learn_rate(x, -1, policy) == x);
  CAF_CHECK(learn_rate(x, std::nan(""), policy) == x);
  CAF_CHECK(learn_rate(x, std::numeric_limits<double>::infinity(), policy) == x);
}

CAF_TEST(a baseline survives as text) {
  const io_baseline x{1234567, 7654321, 4711, 0};
  CAF_CHECK_EQUAL(to_string(x), "fast=1234567 slow=7654321 samples=4711");
  CAF_CHECK(parse_baseline(to_string(x)) == x);
  CAF_CHECK(parse_baseline("fast=0 slow=0 samples=0") == (io_baseline{0, 0, 0, 0}));
  const auto learned = after(5000, 3e6);
  const auto back = parse_baseline(to_string(learned)).value();
  CAF_CHECK(std::abs(back.fast - learned.fast) <= 1);
  CAF_CHECK_EQUAL(back.samples, learned.samples);
}

CAF_TEST(any other text is no baseline) {
  for (const auto* text :
       {"", "fast=1", "fast=1 slow=2", "fast=1 slow=2 samples=", "fast=-1 slow=2 samples=3",
        "fast=nan slow=2 samples=3", "fast=1 slow=2 samples=3 more=4", "slow=1 fast=2 samples=3",
        "fast=99999999999999999999 slow=2 samples=3", "fast=1e3 slow=2 samples=3"})
    CAF_CHECK(!parse_baseline(text));
}
