// That no cause is named with confidence and wrong: trials by the hundred, of what holds up a beat
// and of what looks like it.
#define CAF_SUITE honest_causes

#include "actors/pause_detector/amend_by_late_suspend.hpp"
#include "actors/pause_detector/find_pause_or_sleep.hpp"

#include "support/beats.hpp"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "support/explained.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a suspend whose clocks went on is a sleep and no riddle) {
  // Counted by the time that the late beat is read.
  auto beat = quiet_gap(3h);
  beat.before.sleeps = 4, beat.after.sleeps = 5;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "asleep");
  CAF_CHECK(event.book[pause_cause::asleep].length == event.duration);
  // Counted a little later.
  beat.after.sleeps = 4;
  const auto riddle = explained(beat);
  CAF_CHECK_EQUAL(to_string(riddle.cause), "unexplained");
  auto now = beat.after.at;
  now.awake += 1s;
  const auto amended = amend_by_late_suspend(riddle, now);
  CAF_REQUIRE(amended);
  CAF_REQUIRE(amended->explained);
  CAF_CHECK(amended->explained->cause == pause_cause::asleep);
  CAF_CHECK(amended->scope == pause_scope::system);
  CAF_CHECK(amended->explained->book.total() == riddle.duration);
  // Long after, it is another one.
  now.awake += 10s;
  CAF_CHECK(!amend_by_late_suspend(riddle, now));
}

CAF_TEST(a suspend explains no pause that something else does) {
  auto beat = quiet_gap(2s);
  *beat.after.own_wait += 1900ms;
  const auto event = explained(beat);
  CAF_CHECK(!amend_by_late_suspend(event, beat.after.at));
  beat.before.sleeps = 4, beat.after.sleeps = 5;
  CAF_CHECK_EQUAL(to_string(explained(beat).cause), "cpu_wait");
}

CAF_TEST(what interrupted is named by its line and its device) {
  auto beat = quiet_gap(2s);
  *beat.after.interrupts += 1800ms;
  auto& by = beat.after.interrupted_by.emplace();
  by.number = 16, by.count = 182'331;
  std::copy_n("i801_smbus", 10, by.name.begin());
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "interrupts");
  CAF_CHECK(event.book[pause_cause::interrupts].evidence.find("line 16 (i801_smbus), 182,331 times")
            != std::string::npos);
}

namespace {

std::chrono::nanoseconds gap_of(const late_beat& x) {
  return x.after.at.awake - x.before.at.awake;
}

/// Makes the machine one of so many CPUs.
void on_cpus(late_beat& x, std::uint32_t count) {
  x.before.cpus = x.after.cpus = count;
  x.before.machine_total = count * 1000s;
  x.after.machine_total = *x.before.machine_total + count * gap_of(x);
}

/// A machine in one of the ways in which time is lost, with counters that are as noisy as real
/// ones.
struct trial {
  const char* injected;
  std::function<void(late_beat&, std::chrono::nanoseconds lost)> happens;
  std::vector<pause_cause> right; ///< Beside unexplained, which is never wrong.
};

const trial trials[] = {
  {"bare metal: the firmware, counted",
   [](late_beat& x, auto lost) {
     x.after.hypervisor.reset(), *x.after.machine_total -= 2 * lost,
       *x.after.accounted_of_cpu -= lost;
     x.before.firmware_calls = 7, x.after.firmware_calls = 9;
   },
   {pause_cause::firmware}},
  {"bare metal: the firmware, not counted",
   [](late_beat& x, auto lost) {
     x.after.hypervisor.reset(), *x.after.machine_total -= 2 * lost,
       *x.after.accounted_of_cpu -= lost;
   },
   {}},
  {"bare metal: a lockup",
   [](late_beat& x, auto lost) {
     x.after.hypervisor.reset(), *x.after.machine_total -= 2 * lost,
       *x.after.accounted_of_cpu -= lost, *x.after.kernel_stalls += 1;
   },
   {pause_cause::kernel}},
  {"bare metal: a lockup of its own CPU of sixteen",
   [](late_beat& x, auto lost) {
     x.after.hypervisor.reset(), on_cpus(x, 16);
     *x.after.machine_total -= lost, *x.after.accounted_of_cpu -= lost, *x.after.kernel_stalls += 1;
   },
   {pause_cause::kernel}},
  {"bare metal: a lockup of another CPU of sixteen",
   [](late_beat& x, auto lost) {
     x.after.hypervisor.reset(), on_cpus(x, 16);
     *x.after.machine_total -= lost, *x.after.kernel_stalls += 1;
   },
   {}},
  {"a hypervisor that counts what it steals: a lockup of its own CPU of four",
   [](late_beat& x, auto lost) {
     on_cpus(x, 4), x.before.machine_stolen = x.after.machine_stolen = 7s;
     *x.after.machine_total -= lost, *x.after.accounted_of_cpu -= lost, *x.after.kernel_stalls += 1;
   },
   {pause_cause::kernel}},
  {"a hypervisor that counts nothing: its own CPU of four",
   [](late_beat& x, auto lost) {
     on_cpus(x, 4);
     *x.after.machine_total -= lost, *x.after.accounted_of_cpu -= lost, *x.after.kernel_stalls += 1;
   },
   {}},
  {"bare metal: an interrupt storm",
   [](late_beat& x, auto lost) {
     x.after.hypervisor.reset(), *x.after.interrupts += lost, *x.after.own_wait += lost;
   },
   {pause_cause::interrupts}},
  {"bare metal: burners",
   [](late_beat& x, auto lost) { x.after.hypervisor.reset(), *x.after.own_wait += lost; },
   {pause_cause::cpu_wait}},
  {"a hypervisor that steals",
   [](late_beat& x, auto lost) { *x.after.machine_stolen += 2 * lost; },
   {pause_cause::stolen}},
  {"a virtual machine that was stopped",
   [](late_beat& x, auto lost) {
     *x.after.machine_total -= 2 * lost, *x.after.accounted_of_cpu -= lost;
   },
   {pause_cause::stolen}},
  {"a virtual machine that was stopped, which its watchdog takes for a lockup",
   [](late_beat& x, auto lost) {
     *x.after.machine_total -= 2 * lost, *x.after.accounted_of_cpu -= lost,
       *x.after.kernel_stalls += 1;
   },
   {}},
  {"a virtual machine of one CPU that its own kernel locked up",
   [](late_beat& x, auto lost) {
     x.before.cpus = x.after.cpus = 1,
     x.after.machine_total = *x.before.machine_total + gap_of(x) - lost;
     *x.after.accounted_of_cpu -= lost, *x.after.kernel_stalls += 1;
   },
   {}},
  {"a snapshot that was restored: the wall clock jumps as well",
   [](late_beat& x, auto lost) {
     *x.after.machine_total -= 2 * lost, *x.after.accounted_of_cpu -= lost, x.after.at.wall += 3h;
   },
   {pause_cause::stolen}},
  {"a SIGCONT during starvation",
   [](late_beat& x, auto lost) { *x.after.own_wait += lost, *x.after.continues += 1; },
   {pause_cause::cpu_wait}},
  {"a stop of the daemon",
   [](late_beat& x, auto) { *x.after.continues += 1, *x.after.own_switches += 1; },
   {pause_cause::stopped}},
  {"a debugger that is still there",
   [](late_beat& x, auto) { x.after.traced_by = 815; },
   {pause_cause::traced}},
  {"a debugger that has gone, which sent a SIGCONT as well",
   [](late_beat& x, auto) { *x.after.own_switches += 1; },
   {}},
  {"a quota",
   [](late_beat& x, auto lost) {
     *x.after.own_wait += lost, *x.after.throttles += 3, *x.after.throttled += lost;
   },
   {pause_cause::quota}},
  {"a freezer", [](late_beat& x, auto lost) { *x.after.frozen += lost; }, {pause_cause::frozen}},
  {"a suspend to idle whose clocks went on",
   [](late_beat& x, auto) { x.before.sleeps = 1, x.after.sleeps = 2; },
   {pause_cause::asleep}},
  {"its own thread",
   [](late_beat& x, auto lost) { *x.after.own_cpu += lost; },
   {pause_cause::own_work}},
};

} // namespace

CAF_TEST(of hundreds of trials none is explained with confidence and wrong) {
  std::minstd_rand dice{4711};
  const auto between = [&dice](int least, int most) {
    return std::uniform_int_distribution{least, most}(dice);
  };
  int count = 0, right = 0;
  for (int round = 0; round < 25; ++round)
    for (const auto& one : trials) {
      const std::chrono::milliseconds gap{between(400, 20'000)};
      auto beat = quiet_gap(gap);
      // What any machine counts meanwhile.
      *beat.after.own_wait += std::chrono::microseconds{between(0, 4000)};
      *beat.after.own_cpu += std::chrono::microseconds{between(0, 900)};
      *beat.after.io_some += gap * between(0, 60) / 100;
      *beat.after.io_full += gap * between(0, 40) / 100;
      *beat.after.memory_full += gap * between(0, 20) / 100;
      *beat.after.cpu_some += gap * between(0, 90) / 100;
      *beat.after.interrupts += gap * between(0, 6) / 100;
      one.happens(beat, gap * between(80, 99) / 100);
      const auto event = explained(beat);
      const bool is_right =
        std::find(one.right.begin(), one.right.end(), event.cause) != one.right.end();
      const bool is_open = event.cause == pause_cause::unexplained || event.sure == confidence::low;
      if (!is_right && !is_open)
        CAF_ERROR(one.injected << " in " << gap.count() << " ms was explained as "
                               << to_string(event.cause));
      ++count;
      right += is_right || one.right.empty() ? 1 : 0;
    }
  CAF_CHECK_GREATER_OR_EQUAL(count, 200);
  CAF_CHECK_GREATER_OR_EQUAL(right * 100, count * 95);
}
