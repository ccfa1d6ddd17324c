#define CAF_SUITE track_sleep

#include "actors/kernel_log/track_sleep.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

/// @param slept since boot, in all.
clock_sample look_at(nanoseconds awake, nanoseconds slept = 0s) {
  return {awake, awake + slept, awake + slept + 1000s};
}

suspend_counts counts_of(std::uint64_t success, std::uint64_t fail = 0) {
  suspend_counts x;
  x.success = success, x.fail = fail;
  return x;
}

/// The lid was closed just before this moment, on the wall clock.
sleep_reasons lid_closed(nanoseconds wall) {
  sleep_reasons x;
  x.add(wall - 1s, "systemd-logind[700]: Lid closed.");
  return x;
}

} // namespace

CAF_TEST(a suspend that succeeded or failed changes the counts and nothing else does) {
  auto more = counts_of(3);
  more.failed_device = "nvme0", more.sources.emplace_back();
  CAF_CHECK(!has_suspended(counts_of(3), more));
  CAF_CHECK(has_suspended(counts_of(3), counts_of(4)));
  CAF_CHECK(has_suspended(counts_of(3), counts_of(3, 1)));
  CAF_CHECK(!has_suspended({}, {}));
}

CAF_TEST(a suspend that was counted is a sleep since the last look and one that failed is none) {
  sleep_tracker aut;
  aut.note_look(look_at(10s));
  CAF_CHECK(!aut.find_counted(counts_of(3), counts_of(3, 1), look_at(11s)));
  CAF_CHECK((aut.find_counted(counts_of(3), counts_of(4), look_at(11s, 1h))
             == known_sleep{look_at(10s), look_at(11s, 1h), 4}));
}

CAF_TEST(a suspend that is counted at the first look began then) {
  sleep_tracker aut;
  CAF_CHECK((aut.find_counted({}, counts_of(1), look_at(11s))
             == known_sleep{look_at(11s), look_at(11s), 1}));
}

CAF_TEST(clocks that part by 5 s show a sleep and each is another) {
  sleep_tracker aut;
  CAF_CHECK(!aut.find_by_clocks(look_at(10s, 1h))); // what came before the first look is not known
  aut.note_look(look_at(10s, 1h));
  CAF_CHECK(!aut.find_by_clocks(look_at(11s, 1h + 4999ms)));
  CAF_CHECK((aut.find_by_clocks(look_at(11s, 1h + 5s))
             == known_sleep{look_at(10s, 1h), look_at(11s, 1h + 5s), 1}));
  aut.note_look(look_at(11s, 1h + 5s));
  // It was awake, however long the look was in coming.
  CAF_CHECK(!aut.find_by_clocks(look_at(600s, 1h + 5s)));
  aut.note_look(look_at(600s, 1h + 5s));
  CAF_CHECK_EQUAL(aut.find_by_clocks(look_at(601s, 2h)).value_or(known_sleep{}).number, 2u);
}

CAF_TEST(what the kernel counted and logged of a sleep are remarks of it with a topic each) {
  const known_sleep sleep{look_at(10s), look_at(11s, 1h), 4};
  auto after = counts_of(4);
  after.woken_by_interrupt = "9 (acpi)";
  kernel_line entry;
  entry.at = 10s, entry.text = "PM: suspend entry (deep)";
  suspend_phases phases;
  phases.add(entry);
  const auto found = describe_sleep(sleep, counts_of(3), after, phases);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(
    (found[0] == remark{"suspend 4.0", "woken by interrupt 9 (acpi)", sleep.began, sleep.ended}));
  CAF_CHECK_EQUAL(found[1].topic, "suspend 4.1");
  CAF_CHECK_EQUAL(found[1].says, "the kernel suspended by deep");
}

CAF_TEST(why it slept is said once even if it is known later) {
  sleep_tracker aut;
  aut.note_look(look_at(10s));
  aut.find_counted(counts_of(3), counts_of(4), look_at(11s, 1h));
  CAF_CHECK(aut.explain({}, look_at(11s, 1h)).empty());
  auto reasons = lid_closed(look_at(10s).wall);
  const auto found = aut.explain(reasons, look_at(20s, 1h));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(
    (found[0]
     == remark{"sleep 4.0", "it was put to sleep because the lid was closed (systemd-logind)",
               look_at(10s), look_at(11s, 1h)}));
  CAF_CHECK(aut.explain(reasons, look_at(21s, 1h)).empty());
  reasons.add(look_at(11s, 1h).wall + 1s, "systemd-logind[700]: Lid opened.");
  const auto more = aut.explain(reasons, look_at(22s, 1h));
  CAF_REQUIRE_EQUAL(more.size(), 1u);
  CAF_CHECK_EQUAL(more[0].topic, "sleep 4.1");
}

CAF_TEST(nothing is said of a sleep more than 20 s after it) {
  for (const auto& [asked, said] : {std::pair{31s, 1u}, std::pair{32s, 0u}}) {
    sleep_tracker aut;
    aut.note_look(look_at(10s));
    aut.find_counted(counts_of(3), counts_of(4), look_at(11s, 1h));
    aut.explain({}, look_at(asked, 1h));
    CAF_CHECK_EQUAL(aut.explain(lid_closed(look_at(10s).wall), look_at(asked, 1h)).size(), said);
  }
}

CAF_TEST(where it never slept nothing is explained) {
  sleep_tracker aut;
  CAF_CHECK(aut.explain(lid_closed(1000s), look_at(1s)).empty());
}
