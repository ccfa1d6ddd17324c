#define CAF_SUITE find_pending

#include "app/top/find_pending.hpp"

#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

using columns = std::vector<column_range>;

columns pending(double newest, double now, const std::vector<recording_break>& breaks = {}) {
  return find_pending(newest, now, 7, 1, breaks);
}

} // namespace

CAF_TEST(the time behind the newest sample is pending until the next one is overdue) {
  CAF_CHECK(pending(100.2, 104.5) == (columns{{101, 104}}));
  CAF_CHECK(pending(100.2, 100.5).empty());
  CAF_CHECK(pending(100.2, 107.3).empty());
}

CAF_TEST(a pause is not pending and delays what is due) {
  const std::vector<recording_break> breaks{{50, 60, false}, {102.5, 110.5, false}};
  CAF_CHECK(pending(100.2, 113.5, breaks) == (columns{{101, 101}, {110, 113}}));
  CAF_CHECK(pending(100.2, 115.5, breaks).empty());
}

CAF_TEST(the first sample of a run is due from its begin on) {
  CAF_CHECK(pending(100.2, 135.5, {{102.5, 132.5, true}}) == (columns{{132, 135}}));
  CAF_CHECK(pending(100.2, 135.5, {{102.5, 132.5, true, true}}) == (columns{{101, 102}, {132, 135}}));
  CAF_CHECK(pending(100.2, 140, {{102.5, 132.5, true}}).empty());
}

CAF_TEST(from the last sign of life of a daemon that is held up on nothing is pending) {
  const auto held_up = [](double now, double last_sign) { return find_pending(100.2, now, 7, 1, {}, last_sign); };
  CAF_CHECK(held_up(103.5, 103.4) == (columns{{101, 102}}));
  CAF_CHECK(held_up(150, 103.4) == (columns{{101, 102}})); // it saw them, and stores them once it goes on
  CAF_CHECK(held_up(150, 101.1).empty());
  CAF_CHECK(held_up(150, 99.9).empty());
}

CAF_TEST(a column is found in the ranges) {
  const columns ranges{{101, 101}, {111, 113}};
  CAF_CHECK(contains(ranges, 101));
  CAF_CHECK(contains(ranges, 113));
  CAF_CHECK(!contains(ranges, 105));
  CAF_CHECK(!contains(ranges, 114));
}
