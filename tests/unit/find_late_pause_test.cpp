#define CAF_SUITE find_late_pause

#include "app/top/find_late_pause.hpp"

#include <vector>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(the longest pause since the lateness before brought it) {
  const std::vector<recording_break> breaks{{90, 95, false}, {101, 102, false}, {103, 106, false}, {110, 120, false}};
  const auto* found = find_late_pause(100, 109, 2.97, breaks);
  CAF_REQUIRE(found != nullptr);
  CAF_CHECK_EQUAL(found->from, 103.0);
}

CAF_TEST(what was hardly late or had no pause in its time is of no pause) {
  const std::vector<recording_break> breaks{{103, 106, false}};
  CAF_CHECK(find_late_pause(100, 109, 0.002, breaks) == nullptr);
  CAF_CHECK(find_late_pause(106, 111, 2, breaks) == nullptr);
  CAF_CHECK(find_late_pause(98, 103, 2, breaks) == nullptr);
}

CAF_TEST(a pause of the run before brought nothing) {
  const std::vector<recording_break> breaks{{101, 103, false}, {104, 106, true}};
  CAF_CHECK(find_late_pause(100, 109, 2, breaks) == nullptr);
}
