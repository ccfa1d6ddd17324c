#define CAF_SUITE build_envelope

#include "app/web/build_envelope.hpp"

#include <array>
#include <limits>

#include "support/test.hpp"

using namespace pmactor::web;

namespace {

constexpr auto unknown = std::numeric_limits<double>::quiet_NaN();

float highest(const envelope& x, std::size_t value) {
  float result = 0;
  for (const auto& one : x.series[value])
    if (one.is_known())
      result = std::max(result, one.high);
  return result;
}

} // namespace

CAF_TEST(a spike of one second is seen in a month) {
  envelope_store store{2};
  envelope_builder builder{1.7e9, 1.7e9 + 86'400, 100, 2};
  for (int i = 0; i < 30 * 86'400; i += 5) {
    const std::array<double, 2> values{i == 1'234'565 ? 99.0 : 10.0, unknown};
    store.add(1.7e9 + i, values);
    builder.add(1.7e9 + i - 1'200'000, values);
  }
  for (const std::size_t points : {1u, 10u, 500u, 4000u}) {
    const auto month = store.query(1.7e9, 1.7e9 + 30 * 86'400, points);
    CAF_CHECK_EQUAL(highest(month, 0), 99.0f);
    CAF_CHECK(month.at.size() <= points + 2);
    CAF_CHECK(!month.series[1].front().is_known());
  }
  const auto day = builder.finish();
  CAF_CHECK_EQUAL(highest(day, 0), 99.0f);
  CAF_CHECK_EQUAL(day.at.size(), 100u);
}

CAF_TEST(lowest and highest and mean are of the samples of a stretch) {
  envelope_builder builder{0, 10, 2, 1};
  for (int i = 0; i < 10; ++i)
    builder.add(i, std::array{static_cast<double>(i)});
  const auto x = builder.finish();
  CAF_REQUIRE_EQUAL(x.at.size(), 2u);
  CAF_CHECK_EQUAL(x.at[0], 2.5);
  CAF_CHECK_EQUAL(x.series[0][0].low, 0.0f);
  CAF_CHECK_EQUAL(x.series[0][0].high, 4.0f);
  CAF_CHECK_EQUAL(x.series[0][0].mean, 2.0f);
  CAF_CHECK_EQUAL(x.series[0][1].mean, 7.0f);
}

CAF_TEST(few samples are shown as they are and gaps as gaps) {
  envelope_builder builder{0, 100, 50, 1};
  for (const int at : {1, 2, 3, 50, 51})
    builder.add(at, std::array{static_cast<double>(at)});
  const auto x = builder.finish();
  CAF_REQUIRE_EQUAL(x.at.size(), 6u);
  CAF_CHECK(!x.series[0][3].is_known());
  CAF_CHECK_EQUAL(x.series[0][4].mean, 50.0f);
  CAF_CHECK_EQUAL(x.step, 0.0);
}

CAF_TEST(a line is broken where nothing was measured) {
  envelope_builder builder{0, 100, 10, 1};
  for (const double at : {1.0, 2.0, 3.0, 7.5, 8.5})
    builder.add(at, std::array{at});
  auto x = builder.finish();
  CAF_REQUIRE_EQUAL(x.at.size(), 5u);
  const std::array<std::pair<double, double>, 3> holes{{{3.1, 7.4}, {8.6, 20}, {1.5, 1.6}}};
  break_lines(x, holes);
  CAF_REQUIRE_EQUAL(x.at.size(), 6u);
  CAF_CHECK_EQUAL(x.series[0].size(), 6u);
  CAF_CHECK(!x.series[0][3].is_known());
  CAF_CHECK_EQUAL(x.series[0][4].mean, 7.5f);
}

CAF_TEST(the mean of a store is that of its samples) {
  envelope_store store{1};
  for (int i = 0; i < 120; ++i)
    store.add(86'400 + i, std::array{i < 30 ? 100.0 : 0.0});
  const auto x = store.query(86'400, 86'520, 1);
  CAF_CHECK_EQUAL(x.series[0][0].low, 0.0f);
  CAF_CHECK(std::abs(x.series[0][0].mean - 25.0f) < 0.01f);
}

CAF_TEST(the size of a store is bounded and absurd times are left out) {
  envelope_store store{1};
  const std::array<double, 1> value{1};
  for (int day = 0; day < 500; ++day)
    store.add(1e9 + day * 86'400.0, value);
  CAF_CHECK(!store.has_day(1e9));
  CAF_CHECK(store.has_day(1e9 + 499 * 86'400.0));
  store.add(1e9, value); // too old for it
  CAF_CHECK(!store.has_day(1e9));
  for (const double at : {-5.0, 0.0, 1e300, unknown})
    store.add(at, value);
  CAF_CHECK(store.has_day(1e9 + 499 * 86'400.0));
  store.forget_before(1e9 + 498 * 86'400.0);
  CAF_CHECK(!store.has_day(1e9 + 490 * 86'400.0));
  // Whatever is asked for, the answer is no longer than a chart.
  for (const auto& [from, to] :
       {std::pair{0.0, 1e11}, std::pair{5.0, 5.0}, std::pair{9.0, 3.0}, std::pair{-1e300, 1e300}})
    CAF_CHECK(store.query(from, to, 1000).at.size() <= 1002);
}
