#include "app/witness/run_witness.hpp"

#include "actors/host/name_thread.hpp"
#include "actors/host/read_clock.hpp"
#include "app/witness/judge_timer.hpp"
#include "app/witness/probe_actions.hpp"
#include "app/witness/witness_probe.hpp"

#include <algorithm>
#include <libproc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <time.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds pace = 500ms;
constexpr unsigned program_every = 60;    ///< Looks between two starts of a program at rest,
constexpr unsigned program_when_busy = 4; ///< and while memory is scarce.

/// @returns time of all our threads in a run queue; the timer's own waited no longer.
nanoseconds runnable_time() {
  rusage_info_v4 usage{};
  if (::proc_pid_rusage(::getpid(), RUSAGE_INFO_V4, reinterpret_cast<rusage_info_t*>(&usage)) != 0)
    return {};
  return nanoseconds{static_cast<std::int64_t>(usage.ri_runnable_time)};
}

/// @returns whether the kernel calls memory scarce (2) or worse (4).
bool is_memory_scarce() {
  int level = 0;
  auto size = sizeof level;
  return ::sysctlbyname("kern.memorystatus_vm_pressure_level", &level, &size, nullptr, 0) == 0 && level > 1;
}

class scout {
public:
  explicit scout(witness_page& page)
    : page_{page}, timer_{claim_slot(page, stall_resource::cpu, "", stall_sense::timer)},
      faults_{claim_slot(page, stall_resource::memory, "", stall_sense::timer)},
      memory_{*claim_slot(page, stall_resource::memory, "", stall_sense::memory_use), touch_memory(), absent_},
      program_{*claim_slot(page, stall_resource::program, "", stall_sense::spawn), start_program(), absent_} {
  }

  /// Looks twice a second until its parent is gone.
  void run() {
    const auto parent = ::getppid();
    for (auto due = read_clock(awake_clock) + pace; ::getppid() == parent;) {
      page_.due_ns.store(due.count(), std::memory_order_release);
      page_.mark.store(witness_page::magic, std::memory_order_release);
      for (auto left = due - read_clock(awake_clock); left > nanoseconds{}; left = due - read_clock(awake_clock)) {
        const timespec span{static_cast<time_t>(left / 1s), static_cast<long>((left % 1s).count())};
        ::nanosleep(&span, nullptr);
      }
      look(due, read_clock(awake_clock));
      due = std::max(due + pace, read_clock(awake_clock) + pace / 2);
    }
  }

private:
  void look(nanoseconds due, nanoseconds now) {
    ++looks_;
    const auto waited = runnable_time();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto faults = static_cast<std::uint64_t>(usage.ru_majflt);
    const timer_look x{due, now, pace, waited - std::exchange(waited_, waited),
                       faults - std::exchange(major_faults_, faults)};
    switch (judge_timer(x)) {
      case timer_cause::none:
        break;
      case timer_cause::cpu: // it began at some time since the timer was last in time
        note_stretch(*timer_, due - pace / 2, now, pace / 2);
        break;
      case timer_cause::memory:
        note_stretch(*faults_, due - pace / 2, now, pace / 2);
        break;
      case timer_cause::absent:
        absent_.fetch_add((now - due).count());
        break;
    }
    const bool scarce = is_memory_scarce();
    if (scarce)
      memory_.ask();
    if (looks_ % (scarce ? program_when_busy : program_every) == 0)
      program_.ask();
  }

  witness_page& page_;
  absent_time absent_{0};
  witness_slot *timer_, *faults_;
  witness_probe memory_, program_;
  nanoseconds waited_ = runnable_time();
  std::uint64_t major_faults_ = 0;
  std::uint64_t looks_ = 0;
};

} // namespace

int run_witness(int page) {
  name_thread("pm-witness");
  void* room = ::mmap(nullptr, sizeof(witness_page), PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
  ::close(page);
  if (room == MAP_FAILED)
    return 1;
  // Its probes may hang for ever, so it never leaves by way of its destructors.
  auto* watching = new scout{*static_cast<witness_page*>(room)};
  watching->run();
  ::_exit(0);
}

} // namespace pmactor
