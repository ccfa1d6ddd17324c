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
  CAF_CHECK_EQUAL(gaps_of({0, 61, 119, 180}), moments{});
  // From one a second to one in ten.
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 4, 14, 24, 34}), moments{});
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 4, 11, 21, 31}), moments{});
}

CAF_TEST(what is missing among samples that lie far apart is a gap) {
  CAF_CHECK_EQUAL(gaps_of({0, 10, 20, 30, 90, 100, 110}), moments{90});
  CAF_CHECK_EQUAL(gaps_of({0, 1, 2, 3, 40, 50, 60}), moments{40});
}
