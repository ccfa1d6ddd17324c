#include "app/witness/judge_timer.hpp"

namespace pmactor {

timer_cause judge_timer(const timer_look& x) {
  using namespace std::chrono_literals;
  constexpr std::chrono::nanoseconds least = 300ms;
  const auto late = x.woke - x.due;
  if (late < least)
    return timer_cause::none;
  if (2 * x.throttled >= late)
    return timer_cause::absent;
  if (x.faults > 0) // before the run queue: who waits for many pages waits for a CPU after each of them
    return timer_cause::memory;
  if (x.waited && 2 * *x.waited >= late)
    return timer_cause::cpu;
  return timer_cause::absent;
}

} // namespace pmactor
