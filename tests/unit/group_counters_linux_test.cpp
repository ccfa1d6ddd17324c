#define CAF_SUITE group_counters_linux

#include "actors/clock_sampler/group_counters_linux.hpp"
#include "app/selftest/inflict_pauses.hpp"

#include <fstream>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a process that is moved is followed to its new group) {
  group_counters aut;
  beat_counters before;
  aut.catch_up();
  aut.read_slow(before);
  CAF_CHECK(!aut.follow());
  const test_groups elsewhere; // of its own; we are moved out again as it goes
  if (!elsewhere.can_freeze_v1() && !elsewhere.can_freeze_v2() && !elsewhere.can_limit_cpu()) {
    CAF_MESSAGE("no group can be made here: " << elsewhere.why_not());
    return;
  }
  for (const auto& file : elsewhere.members())
    std::ofstream{file} << ::getpid();
  const auto groups = aut.follow();
  CAF_REQUIRE(groups.has_value());
  CAF_CHECK(groups->find("pmactor") != std::string::npos);
  CAF_CHECK(!aut.follow()); // it is said once
  beat_counters after;
  aut.read_quota(after);
  aut.read_slow(after);
  CAF_CHECK_EQUAL(after.group_moves, 0u); // until the thread that reads takes it over
  aut.catch_up();
  aut.read_quota(after);
  aut.read_slow(after);
  CAF_CHECK_EQUAL(after.group_moves, 1u);
  if (elsewhere.can_limit_cpu()) {
    CAF_CHECK(after.throttles.has_value());
  }
  if (elsewhere.counts_freezes_v2()) {
    CAF_CHECK(after.frozen.has_value());
  } else if (elsewhere.can_freeze_v2()) {
    aut.read_quick(after); // when it was last written to
    CAF_CHECK(after.freezer_written.has_value());
  }
}
