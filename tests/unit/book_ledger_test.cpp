// The measured signatures of each cause: a gap of the given length, what moved in it, and what it was.
#define CAF_SUITE book_ledger

#include "actors/pause_detector/book_ledger.hpp"
#include "actors/pause_detector/compose_pause.hpp"
#include "actors/pause_detector/find_pause_or_sleep.hpp"

#include "support/beats.hpp"

#include <functional>
#include <random>

#include "support/explained.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A row of the table of experiments.
struct row {
  const char* injected;
  std::chrono::milliseconds gap;
  std::function<void(beat_counters&)> moved;
  pause_cause cause;
  confidence least;
};

const row rows[] = {
  {"SIGSTOP for 2 s", 2001ms,
   [](beat_counters& x) {
     *x.own_wait += 700us, *x.own_switches += 1;
     *x.continues += 1, x.continued_by = 4711, x.continued_by_user = 1000;
   },
   pause_cause::stopped, confidence::high},
  {"ptrace stop for 2 s", 2006ms, [](beat_counters& x) { *x.own_switches += 1; },
   pause_cause::unexplained, confidence::low},
  {"a debugger that is still there", 2006ms,
   [](beat_counters& x) { *x.own_switches += 1, x.traced_by = 815; }, pause_cause::traced,
   confidence::medium},
  {"v1 freezer for 2 s", 2038ms,
   [](beat_counters& x) { *x.own_wait += 200us, x.freezer_written = x.at.wall - 4ms; },
   pause_cause::frozen, confidence::medium},
  {"v2 freezer for 2 s", 2040ms,
   [](beat_counters& x) { *x.own_switches += 1, *x.frozen += 2028041us; }, pause_cause::frozen,
   confidence::high},
  {"v2 freezer of a kernel that keeps no count", 2040ms, [](beat_counters& x) { *x.own_switches += 1; },
   pause_cause::unexplained, confidence::low},
  {"32 burners at nice -20", 4007ms,
   [](beat_counters& x) { *x.own_wait += 3907ms, *x.cpu_some += 4007ms; }, pause_cause::cpu_wait,
   confidence::high},
  {"hogs in the real-time class", 1010ms,
   [](beat_counters& x) { *x.own_wait += 909ms, *x.cpu_some += 1007ms; }, pause_cause::cpu_wait,
   confidence::high},
  {"a CPU quota of 2 %", 1000ms,
   [](beat_counters& x) {
     *x.own_wait += 900ms, *x.throttles += 1, *x.throttled += 1940ms, *x.cpu_some += 1000ms;
   },
   pause_cause::quota, confidence::high},
  {"a CPU quota that was lifted while it held, which the kernel does not number", 1000ms,
   [](beat_counters& x) { *x.own_wait += 900ms, *x.throttled += 900ms; }, pause_cause::quota,
   confidence::high},
  {"an interrupt storm on its CPU", 2000ms,
   [](beat_counters& x) { *x.interrupts += 1800ms, *x.own_wait += 1700ms; }, pause_cause::interrupts,
   confidence::medium},
  {"a lockup on bare metal", 12s,
   [](beat_counters& x) { x.hypervisor.reset(), *x.machine_total -= 22s, *x.kernel_stalls += 1; },
   pause_cause::kernel, confidence::medium},
  {"firmware that took the CPUs", 900ms,
   [](beat_counters& x) { x.hypervisor.reset(), *x.machine_total -= 1600ms; },
   pause_cause::unexplained, confidence::low},
  {"an fsync among eight writers", 409ms,
   [](beat_counters& x) { *x.own_switches += 3, *x.io_full += 203ms; }, pause_cause::io,
   confidence::medium},
  {"an fsync on a throttled device", 2171ms,
   [](beat_counters& x) {
     *x.own_switches += 4, *x.group_io_full += 2071ms, *x.io_full += 1064ms;
   },
   pause_cause::io, confidence::medium},
  {"64 MiB of hot pages in 8 MiB", 338ms,
   [](beat_counters& x) {
     *x.own_wait += 1900us, *x.own_cpu += 90ms, *x.own_switches += 16383, *x.own_faults += 16384;
     *x.process_faults += 16384, *x.group_memory_full += 7600us, *x.group_io_full += 145ms;
     *x.io_some += 240ms;
   },
   pause_cause::memory, confidence::medium},
  {"a page-in from a slow disk", 900ms,
   [](beat_counters& x) {
     *x.own_switches += 1, *x.own_faults += 1, *x.process_faults += 1, *x.io_some += 840ms;
   },
   pause_cause::io, confidence::medium},
  {"a busy hypervisor", 1000ms,
   [](beat_counters& x) { *x.machine_stolen += 1700ms, *x.own_wait += 100ms; }, pause_cause::stolen,
   confidence::medium},
  {"a live migration", 3000ms, [](beat_counters& x) { *x.machine_total -= 5800ms; },
   pause_cause::stolen, confidence::medium},
  {"its own thread kept busy", 700ms, [](beat_counters& x) { *x.own_cpu += 600ms; },
   pause_cause::own_work, confidence::high},
};

} // namespace

CAF_TEST(each measured signature leads to its cause) {
  for (const auto& one : rows) {
    CAF_MESSAGE(one.injected);
    auto beat = quiet_gap(one.gap);
    one.moved(beat.after);
    const auto event = explained(beat);
    CAF_CHECK_EQUAL(to_string(event.cause), to_string(one.cause));
    CAF_CHECK_GREATER_OR_EQUAL(static_cast<int>(event.sure), static_cast<int>(one.least));
  }
}

CAF_TEST(burners of the same priority cost a pause what was waited) {
  auto beat = quiet_gap(358ms);
  *beat.after.own_wait += 258ms;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "cpu_wait");
  CAF_CHECK(event.book[pause_cause::cpu_wait].length == event.duration);
}

CAF_TEST(without a witness nothing is claimed) {
  const auto event = explained(quiet_gap(2s));
  CAF_CHECK_EQUAL(to_string(event.cause), "unexplained");
  CAF_CHECK(event.sure == confidence::low);
  CAF_CHECK(event.book[pause_cause::unexplained].length == event.duration);
}

CAF_TEST(a machine without counters still gives a pause) {
  auto beat = quiet_gap(2s);
  const auto at = beat.after.at;
  beat.before = beat_counters{.at = beat.before.at};
  beat.after = beat_counters{.at = at};
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(a stop on a starved machine is booked to both) {
  auto beat = quiet_gap(3100ms);
  *beat.after.own_wait += 400ms;
  *beat.after.continues += 1;
  const auto event = explained(beat);
  CAF_CHECK(event.book[pause_cause::cpu_wait].length == 400ms);
  CAF_CHECK(event.book[pause_cause::stopped].length == 2650ms);
  CAF_CHECK_EQUAL(to_string(event.cause), "stopped");
}

CAF_TEST(the usual theft of an overcommitted host is not a cause) {
  auto beat = quiet_gap(2s);
  *beat.after.machine_stolen += 200ms;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "unexplained");
}

CAF_TEST(every ledger sums to its duration whatever the counters say) {
  std::mt19937 random{11}; // NOLINT: the same each time
  const auto up_to = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>{0, most}(random);
  };
  const auto some = [&] { return std::chrono::nanoseconds{up_to(3) == 0 ? up_to(8'000'000'000) : 0}; };
  for (int i = 0; i < 20'000; ++i) {
    auto beat = quiet_gap(300ms + std::chrono::nanoseconds{up_to(5'000'000'000)}, some());
    auto& x = beat.after;
    *x.own_wait += some(), *x.own_cpu += some(), *x.machine_stolen += some();
    *x.machine_total -= some(), *x.io_full += some(), *x.memory_full += some(), *x.frozen += some();
    *x.throttled += some(), *x.group_io_full += some();
    *x.throttles += static_cast<std::uint64_t>(up_to(1)), *x.continues += up_to(8) == 0 ? 1 : 0;
    *x.own_faults += up_to(8) == 0 ? 5 : 0, *x.own_switches += static_cast<std::uint64_t>(up_to(4));
    for (auto& found : find_pause_or_sleep(beat, pause_policy{})) {
      const auto event = compose_pause(found, beat, ledger_policy{}, 100ms);
      if (event.book.total() != event.duration)
        CAF_FAIL(to_string(event));
      for (const auto& line : event.book.lines)
        if (line.length < 0ns || line.evidence.empty() != (line.length == 0ns))
          CAF_FAIL(to_string(event));
    }
  }
}

CAF_TEST(time is stolen only where a hypervisor is known and it is said how) {
  auto beat = quiet_gap(3000ms);
  *beat.after.machine_total -= 5800ms;
  auto event = explained(beat);
  CAF_CHECK_EQUAL(event.book[pause_cause::stolen].evidence,
                  "2.90 s are missing from the books of every CPU (97 % of the gap), under KVM, as the CPU says");
  CAF_CHECK(event.machine_lost_time);
  beat.before.hypervisor = beat.after.hypervisor = std::nullopt;
  event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "unexplained");
  CAF_CHECK(event.book[pause_cause::stolen].length == 0ns);
  CAF_CHECK(event.book[pause_cause::unexplained].evidence.find("no hypervisor is known") != std::string::npos);
  // Nor does a SIGCONT explain what the whole machine did not have.
  *beat.after.continues += 1;
  CAF_CHECK(explained(beat).book[pause_cause::stopped].length == 0ns);
  beat.before.machine_stolen = beat.after.machine_stolen = 40ms; // the column moved long ago
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "stolen");
}

CAF_TEST(bare metal is never robbed whatever its counters say) {
  std::mt19937 random{5}; // NOLINT: the same each time
  const auto up_to = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>{0, most}(random);
  };
  int called_stolen = 0, lost = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto gap = 300ms + std::chrono::nanoseconds{up_to(5'000'000'000)};
    auto beat = quiet_gap(gap);
    beat.before.hypervisor = beat.after.hypervisor = std::nullopt;
    *beat.after.machine_total -= std::chrono::nanoseconds{up_to(2 * gap.count())};
    *beat.after.own_wait += std::chrono::nanoseconds{up_to(gap.count())};
    *beat.after.kernel_stalls += static_cast<std::uint64_t>(up_to(1));
    const auto event = explained(beat);
    called_stolen += event.book[pause_cause::stolen].length > 0ns ? 1 : 0;
    lost += event.machine_lost_time ? 1 : 0;
  }
  CAF_CHECK_EQUAL(called_stolen, 0);
  CAF_CHECK_GREATER(lost, 500);
}

CAF_TEST(a continue explains only what nothing else does) {
  auto starved = quiet_gap(2s);
  *starved.after.own_wait += 1920ms;
  *starved.after.continues += 1;
  auto event = explained(starved);
  CAF_CHECK_EQUAL(to_string(event.cause), "cpu_wait");
  CAF_CHECK(event.book[pause_cause::stopped].length == 0ns); // what is left is the error of the length
  auto frozen = quiet_gap(2s); // by a v1 freezer, which keeps no count
  frozen.after.freezer_written = frozen.after.at.wall - 4ms;
  *frozen.after.continues += 1;
  event = explained(frozen);
  CAF_CHECK_EQUAL(to_string(event.cause), "unexplained");
  const auto& says = event.book[pause_cause::unexplained].evidence;
  CAF_CHECK(says.find("freezer was written to") != std::string::npos);
  CAF_CHECK(says.find("SIGCONT received") != std::string::npos);
  auto traced = quiet_gap(2s);
  traced.after.traced_by = 815;
  *traced.after.continues += 1;
  CAF_CHECK_EQUAL(to_string(explained(traced).cause), "unexplained");
}

CAF_TEST(the process that continued it has a name) {
  auto beat = quiet_gap(2s);
  *beat.after.own_wait += 700us, *beat.after.own_switches += 1;
  *beat.after.continues += 1, beat.after.continued_by = 4711;
  const auto says = [&beat] { return explained(beat).book[pause_cause::stopped].evidence; };
  CAF_CHECK_EQUAL(says(), "SIGCONT received, from process 4711 of root");
  beat.after.continued_by_name = {'b', 'a', 's', 'h'};
  CAF_CHECK_EQUAL(says(), "SIGCONT received, from bash (process 4711 of root)");
  beat.after.continued_by_user = 1000;
  CAF_CHECK_EQUAL(says(), "SIGCONT received, from bash (process 4711 of user 1000)");
}

CAF_TEST(waiting beyond the interrupts is waiting for other work) {
  auto beat = quiet_gap(2050ms);
  *beat.after.interrupts += 800ms;
  *beat.after.own_wait += 1950ms;
  const auto event = explained(beat);
  CAF_CHECK(event.book[pause_cause::interrupts].length == 800ms);
  CAF_CHECK(event.book[pause_cause::cpu_wait].length == 1200ms); // with the error of the length
}
