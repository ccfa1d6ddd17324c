#define CAF_SUITE score_stress

#include "actors/stress_scorer/score_stress.hpp"

#include <cmath>

#include "support/test.hpp"

using namespace pmactor;

namespace {

const stress_policy policy;
const io_baseline learned{2e6, 2e6, 1000, 0};

bool same(std::optional<double> x, double points) {
  return x && std::abs(*x - points) < 1e-9;
}

} // namespace

CAF_TEST(load counts above one per core) {
  CAF_CHECK(same(score_load(0.0, 4, policy), 0));
  CAF_CHECK(same(score_load(4.0, 4, policy), 0));
  CAF_CHECK(same(score_load(6.0, 4, policy), 10));
  CAF_CHECK(same(score_load(12.0, 4, policy), 40));
  CAF_CHECK(same(score_load(400.0, 4, policy), 40));
}

CAF_TEST(memory counts below a fifth available) {
  CAF_CHECK(same(score_memory(8e9, 8e9, policy), 0));
  CAF_CHECK(same(score_memory(1.6e9, 8e9, policy), 0));
  CAF_CHECK(same(score_memory(0.8e9, 8e9, policy), 15));
  CAF_CHECK(same(score_memory(0.0, 8e9, policy), 30));
}

CAF_TEST(being throttled counts) {
  CAF_CHECK(same(score_thermal(true, policy), 20));
  CAF_CHECK(same(score_thermal(false, policy), 0));
}

CAF_TEST(a beat counts that took over half as long again) {
  CAF_CHECK(same(score_latency(1.0, policy), 0));
  CAF_CHECK(same(score_latency(1.5, policy), 0));
  CAF_CHECK(same(score_latency(1.6, policy), 12));
  CAF_CHECK(same(score_latency(2.5, policy), 30));
  CAF_CHECK(same(score_latency(100.0, policy), 30));
}

CAF_TEST(heavy traffic counts and so does a spike) {
  CAF_CHECK(same(score_io(0.0, {}, learned, policy), 0));
  CAF_CHECK(same(score_io(19e6, {}, learned, policy), 0));
  CAF_CHECK(same(score_io(21e6, {}, learned, policy), 20));
  const io_baseline busy{90e6, 90e6, 1000, 0};
  CAF_CHECK(same(score_io(99e6, {}, busy, policy), 0));
  CAF_CHECK(same(score_io(101e6, {}, busy, policy), 20));
}

CAF_TEST(traffic that no task waits for is no stress where that is counted) {
  const auto points = [](double rate, disk_waits waits) { return score_io(rate, waits, learned, policy); };
  CAF_CHECK(same(points(90e6, {0.2, 0.0059}), 0));
  CAF_CHECK(same(points(500e6, {0.0, {}}), 0));
  CAF_CHECK(same(points(500e6, {{}, 0.003}), 0));
  CAF_CHECK(same(points(90e6, {10.0, {}}), 20));
  CAF_CHECK(same(points(90e6, {0.0, 0.1}), 20));
  CAF_CHECK(same(points(90e6, {{}, 2.0}), 20));
  CAF_CHECK(same(points(1e6, {90.0, 2.0}), 0)); // others than these bytes are waited for
  CAF_CHECK(!score_io({}, {90.0, 2.0}, learned, policy));
}

CAF_TEST(a few megabytes on an idle disk are no spike) {
  const io_baseline idle{1e4, 1e4, 1000, 0};
  for (const double rate : {5.7e6, 9e6, 19e6})
    CAF_CHECK(same(score_io(rate, {}, idle, policy), 0));
}

CAF_TEST(while learning only over 200 MB a second counts) {
  const auto fresh = start_learning(policy.baseline);
  CAF_CHECK(same(score_io(150e6, {}, fresh, policy), 0));
  CAF_CHECK(same(score_io(201e6, {}, fresh, policy), 20));
}

CAF_TEST(an absent input is an absent part and counts nothing) {
  const auto x = score_stress({}, learned, policy);
  CAF_CHECK_EQUAL(x, stress_score{});
  CAF_CHECK_EQUAL(x.total(), 0.0);
  CAF_CHECK(!score_load(8.0, 0, policy));
  CAF_CHECK(!score_memory(1.0, 0.0, policy));
  CAF_CHECK(!score_load(std::nan(""), 4, policy));
}

CAF_TEST(the total is the sum and 100 at most) {
  stress_inputs inputs;
  inputs.load1 = 6;
  inputs.cores = 4;
  inputs.mem_available = 0.8e9;
  inputs.mem_total = 8e9;
  CAF_CHECK(same(score_stress(inputs, learned, policy).total(), 25));
  inputs.load1 = 100;
  inputs.mem_available = 0;
  inputs.throttled = true;
  inputs.latency_ratio = 9;
  inputs.io_rate = 1e9;
  const auto all = score_stress(inputs, learned, policy);
  CAF_CHECK_EQUAL(all, (stress_score{40, 30, 20, 30, 20}));
  CAF_CHECK_EQUAL(all.total(), 100.0);
}
