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
