#define CAF_SUITE choose_process_sample

#include "app/top/choose_process_sample.hpp"

#include <cstdint>
#include <set>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::vector<sample_row> samples(std::vector<std::int64_t> ids) {
  std::vector<sample_row> result;
  for (const auto id : ids) {
    result.emplace_back();
    result.back().id = id;
  }
  return result;
}

/// @returns the id of the one that is chosen; 0 if none is.
std::int64_t chosen(std::set<std::int64_t> with_processes) {
  const auto earlier = samples({5, 4, 3}), later = samples({6, 7});
  const auto* found = choose_process_sample(
    earlier, later, [&with_processes](std::int64_t id) { return with_processes.count(id) > 0; });
  return found != nullptr ? found->id : 0;
}

} // namespace

CAF_TEST(the processes just before an event are shown) {
  CAF_CHECK_EQUAL(chosen({3, 4, 6}), 4);
  CAF_CHECK_EQUAL(chosen({5, 6}), 5);
}

CAF_TEST(the first sample of a run has no processes and those behind it are shown) {
  CAF_CHECK_EQUAL(chosen({7}), 7);
  CAF_CHECK_EQUAL(chosen({}), 0);
}

CAF_TEST(an event that is looked at in a wide column has its own processes and not those of the worst sample) {
  const std::vector<top_event> events{{1, "stall", 500, 520, false, ""}};
  CAF_CHECK(begins_in_wide_column(events, 500, 60));
  CAF_CHECK(!begins_in_wide_column(events, 501, 60));
  CAF_CHECK(!begins_in_wide_column(events, 500, 1)); // in which all is of one sample
}
