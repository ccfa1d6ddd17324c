#include "app/witness/witness_loop.hpp"

#include "actors/host/name_thread.hpp"
#include "actors/host/read_clock.hpp"
#include "app/witness/run_witness.hpp"

#include <algorithm>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace pmactor {

using std::chrono::nanoseconds;

witness_loop::witness_loop(witness_page& page)
  : page_{page}, timer_{claim_slot(page, stall_resource::cpu, "", stall_sense::timer)},
    faults_{claim_slot(page, stall_resource::memory, "", stall_sense::timer)} {
}

void witness_loop::run() {
  const auto parent = ::getppid();
  while (::getppid() == parent) {
    const auto due = find_next_look(read_clock(awake_clock), pace_);
    page_.pace_ns.store(pace_.count(), std::memory_order_relaxed);
    page_.due_ns.store(due.count(), std::memory_order_release);
    page_.mark.store(witness_page::magic, std::memory_order_release);
    sleep_until(due);
    const auto now = read_clock(awake_clock);
    look(due, now);
    last_look_ = now;
  }
}

nanoseconds find_next_look(nanoseconds now, nanoseconds pace) {
  const auto earliest = now + pace / 2 + witness_lead;
  return (earliest + pace - nanoseconds{1}) / pace * pace - witness_lead;
}

unsigned looks_between_starts(bool is_busy, bool is_crowded, nanoseconds takes) {
  constexpr nanoseconds slow = std::chrono::milliseconds{100};
  if (is_crowded)
    return takes >= slow ? program_when_slow : program_when_crowded;
  return is_busy ? program_when_busy : program_every;
}

timer_cause witness_loop::note_timer(nanoseconds due, nanoseconds now, std::uint64_t major_faults,
                              nanoseconds throttled) {
  timer_look x{due,      now, pace_, {}, major_faults - std::exchange(major_faults_, major_faults),
               throttled};
  const auto waited = run_queue_.read();
  if (waited && waited_)
    x.waited = *waited - *waited_;
  waited_ = waited;
  const auto cause = judge_timer(x);
  switch (cause) {
    case timer_cause::none:
      if (timer_ != nullptr)
        note_act(*timer_, x.woke - x.due);
      break;
    case timer_cause::cpu: // it began at some time since the timer was last in time
      if (timer_ != nullptr) {
        note_act(*timer_, x.woke - x.due);
        note_stretch(*timer_, x.due - x.period / 2, x.woke, x.period / 2);
      }
      break;
    case timer_cause::memory:
      if (faults_ != nullptr) {
        note_act(*faults_, x.woke - x.due);
        note_stretch(*faults_, x.due - x.period / 2, x.woke, x.period / 2);
      }
      break;
    case timer_cause::absent:
      absent_.fetch_add((x.woke - x.due).count());
      break;
  }
  return cause;
}

int run_witness(int page, const std::string& questions) {
  name_thread("pm-witness");
  void* room = ::mmap(nullptr, sizeof(witness_page), PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
  ::close(page);
  if (room == MAP_FAILED)
    return 1;
  // Its probes may hang for ever, so it never leaves by way of its destructors.
  make_witness_loop(*static_cast<witness_page*>(room), questions).release()->run();
  ::_exit(0);
}

} // namespace pmactor
