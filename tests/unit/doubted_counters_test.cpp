// Counters that moved and prove nothing of the pause: read too early or too late, another's, or set back.
#define CAF_SUITE doubted_counters

#include "messages/pause.hpp"

#include "support/beats.hpp"

#include <chrono>

#include "support/explained.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// The thread was held up amid reading its counters, after the clocks and before the CPUs' books.
void hold_up_reading(beat_counters& x, std::chrono::nanoseconds length) {
  x.machine_until += length;
  x.slow_until += length;
  *x.machine_total += 2 * length;
}

} // namespace

CAF_TEST(pressure that others felt is not ours unless the thread blocked) {
  auto beat = quiet_gap(2s);
  *beat.after.io_full += 1900ms;
  *beat.after.memory_full += 1900ms;
  *beat.after.group_io_full += 1900ms;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(a quota that ran out for a moment does not own all the waiting) {
  auto beat = quiet_gap(2100ms);
  *beat.after.own_wait += 2000ms;
  *beat.after.throttles += 1;
  *beat.after.throttled += 300ms;
  const auto event = explained(beat);
  CAF_CHECK(event.book[pause_cause::quota].length == 300ms);
  CAF_CHECK_EQUAL(to_string(event.cause), "cpu_wait");
}

CAF_TEST(a wait that was read before its quota proves nothing of others) {
  auto beat = quiet_gap(1050ms);
  *beat.after.own_wait += 1s;
  // It was held up between the two: its quota had counted that second already.
  beat.before.quota_lag = 1s;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
  beat.before.throttled.reset(); // in no group, where there is no quota
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "cpu_wait");
}

CAF_TEST(a quota that was read after its wait proves nothing of what came before) {
  auto beat = quiet_gap(1050ms);
  *beat.after.own_wait += 1s;
  *beat.after.throttled += 1s;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "quota");
  beat.after.quota_lag = 1s;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(counters that were read a while before the gap prove nothing of the time between) {
  auto beat = quiet_gap(500ms);
  beat.before.slow_at = beat.before.machine_at = beat.before.machine_until -= 900ms;
  *beat.before.machine_total -= 1800ms;
  *beat.after.machine_stolen += 100ms;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(a signal does not explain what may have been waited before the counters were read) {
  auto beat = quiet_gap(320ms);
  *beat.after.own_wait += 131ms;
  *beat.after.continues += 1;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "stopped");
  beat.before.own_excess = 4ms; // each beat is late by some of a millisecond
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "stopped");
  beat.before.own_excess = 89ms; // one of them was late by more, and of that nothing is known
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "unexplained");
  CAF_CHECK(event.book[pause_cause::stopped].length == 0ns);
  CAF_CHECK(event.book[pause_cause::cpu_wait].length == 131ms);
}

CAF_TEST(a freezer that was written to long before is no freeze) {
  auto beat = quiet_gap(2s);
  beat.after.freezer_written = beat.after.at.wall - 1s;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(a counter that went back speaks for nothing) {
  auto beat = quiet_gap(2s);
  *beat.after.own_wait -= 10ms;
  *beat.after.continues -= 1;
  *beat.after.machine_total -= 100s; // a CPU was taken away
  beat.after.cpus = 1;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(a reading that was held up between the clock and the books takes nothing from any hypervisor) {
  auto before_it = quiet_gap(1s);
  hold_up_reading(before_it.before, 900ms); // by the quota that then made the beat late
  *before_it.after.own_wait += 850ms;
  *before_it.after.throttled += 1800ms;
  auto event = explained(before_it);
  CAF_CHECK_EQUAL(to_string(event.cause), "quota");
  CAF_CHECK(event.book[pause_cause::stolen].length == 0ns);
  auto after_it = quiet_gap(1s);
  hold_up_reading(after_it.after, 900ms);
  CAF_CHECK_EQUAL(to_string(explained(after_it).cause), "unexplained");
}

CAF_TEST(waiting amid reading the counters is not waiting before it) {
  auto beat = quiet_gap(2s);
  hold_up_reading(beat.after, 1500ms);
  beat.after.machine_at += 1500ms;
  *beat.after.own_wait += 1500ms; // all of it after the beat had come
  *beat.after.continues += 1;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "stopped");
  CAF_CHECK(event.book[pause_cause::cpu_wait].length == 0ns);
  *beat.after.own_wait += 1900ms;
  CAF_CHECK(explained(beat).book[pause_cause::cpu_wait].length == event.duration);
}

CAF_TEST(a page that was waited for takes no more than any task waited for a disk) {
  auto beat = quiet_gap(2s);
  *beat.after.own_faults += 1;
  *beat.after.process_faults += 1;
  *beat.after.io_some += 30ms;
  *beat.after.continues += 1;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "stopped");
  CAF_CHECK(event.book[pause_cause::io].length == 30ms);
}

CAF_TEST(interrupts that another CPU served or that may lie outside of the gap hold up none) {
  auto beat = quiet_gap(2s);
  *beat.after.interrupts += 1800ms;
  beat.after.interrupts_of = 0;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
  auto busy = quiet_gap(500ms); // half of all time, as for hours
  busy.before.machine_at = busy.before.machine_until -= 900ms;
  *busy.before.machine_total -= 1800ms;
  *busy.after.interrupts += 700ms;
  CAF_CHECK_EQUAL(to_string(explained(busy).cause), "unexplained");
}

CAF_TEST(what another control group counted is not ours) {
  auto beat = quiet_gap(2s);
  *beat.after.frozen += 1900ms;
  *beat.after.own_wait += 1900ms;
  *beat.after.throttled += 3800ms;
  beat.after.group_moves = 1;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "cpu_wait");
  CAF_CHECK(event.book[pause_cause::frozen].length == 0ns);
  CAF_CHECK(notices(event, "moved to another control group"));
}
