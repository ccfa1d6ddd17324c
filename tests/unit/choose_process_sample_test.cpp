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

CAF_TEST(the figures of a column are of its sample and of none while that is yet to come) {
  column_maker maker{1, 7};
  const auto add = [&maker](double at) {
    sample_row x;
    x[sample_column::timestamp] = at;
    maker.add(x);
  };
  add(100.2);
  CAF_CHECK_EQUAL(time_of_figures(maker.columns(), 100.9, 1).value_or(0), 100.2);
  CAF_CHECK(!time_of_figures(maker.columns(), 103.5, 1)); // although 100.2 is the newest before
  add(105.2);
  CAF_CHECK_EQUAL(time_of_figures(maker.columns(), 103.5, 1).value_or(0), 105.2);
}

CAF_TEST(the time of processes is said where they are not of the sample of the figures) {
  CAF_CHECK(!are_of_another(105.2, 105.2));
  CAF_CHECK(are_of_another(105.2, 100.2));
  CAF_CHECK(are_of_another(std::nullopt, 100.2));
  CAF_CHECK(!are_of_another(105.2, std::nullopt));
}
