#define CAF_SUITE find_gaps

#include "app/history/find_gaps.hpp"

#include <cstddef>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// @returns before which samples there is a gap.
std::vector<double> gaps_of(const std::vector<double>& times) {
  const auto found = find_gaps(times);
  std::vector<double> result;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i])
      result.push_back(times[i]);
  return result;
}

using moments = std::vector<double>;

} // namespace

CAF_TEST(samples of the usual settings have no gap between them) {
  CAF_CHECK_EQUAL(gaps_of({}), moments{});
  CAF_CHECK_EQUAL(gaps_of({7}), moments{});
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 8, 13, 18, 19, 20}), moments{});
}

CAF_TEST(what is missing once is a gap) {
  CAF_CHECK_EQUAL(gaps_of({1, 2, 3, 50, 51}), moments{50});
  CAF_CHECK_EQUAL(gaps_of({0, 5, 10, 30, 35, 40}), moments{30});
  CAF_CHECK_EQUAL(gaps_of({0, 100}), moments{100});
}

CAF_TEST(samples that lie regularly further apart have no gap between them) {
  CAF_CHECK_EQUAL(gaps_of({0, 10, 20, 30, 40}), moments{});
  CAF_CHECK_EQUAL(gaps_of({0, 60, 119, 180}), moments{});
  // From one a second to one in ten.
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 4, 14, 24, 34}), moments{});
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 4, 12, 22, 32, 42}), moments{});
}

CAF_TEST(what is missing among samples that lie far apart is a gap) {
  CAF_CHECK_EQUAL(gaps_of({0, 10, 20, 30, 90, 100, 110}), moments{90});
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 40, 50, 60, 70}), moments{40});
  // Of steps of a minute no quarter of one is missing.
  CAF_CHECK_EQUAL(gaps_of({0, 60, 120, 180, 254, 314, 374}), moments{254});
}

CAF_TEST(steps are no interval that are alike twice or do not follow each other) {
  CAF_CHECK_EQUAL(gaps_of({0, 50, 100, 101}), (moments{50, 100}));
  CAF_CHECK_EQUAL(gaps_of({0, 60, 65, 125, 130, 190}), (moments{60, 125, 190}));
}

CAF_TEST(the regular step is that of those around the asked one) {
  const std::vector<double> run{60, 60, 59, 30, 90, 61, 60};
  CAF_CHECK_EQUAL(find_regular_step(run, 1).value_or(0), 60.0);
  CAF_CHECK_EQUAL(find_regular_step(run, 3).value_or(0), 60.0); // in which the interval changed
  CAF_CHECK(!find_regular_step(run, 4));                        // a longer one is a gap
  CAF_CHECK(!find_regular_step(std::vector<double>{10, 60, 10, 10, 10, 10}, 1));
}

CAF_TEST(a step that has no say supports none and parts none) {
  CAF_CHECK(!find_regular_step(std::vector<double>{60, 60, 0}, 0));
  CAF_CHECK_EQUAL(find_regular_step(std::vector<double>{60, 0, 60, 60}, 0).value_or(0), 60.0);
}

CAF_TEST(no line leads across a hole most of which lies between two samples) {
  CAF_CHECK(is_across_hole(10, 20, {11, 19}));
  CAF_CHECK(is_across_hole(10, 20, {8, 19}));
  CAF_CHECK(!is_across_hole(10, 20, {19, 30}));
  CAF_CHECK(!is_across_hole(10, 20, {15, 15.5})); // too short to be seen
}

CAF_TEST(a sample came late that was measured over far more time than the one before) {
  CAF_CHECK(came_late(1, 2.6));
  CAF_CHECK(!came_late(1, 2.5));
  CAF_CHECK(!came_late(5, 5));
  CAF_CHECK(!came_late(std::nullopt, 60));
  CAF_CHECK(!came_late(1, std::nullopt));
}
