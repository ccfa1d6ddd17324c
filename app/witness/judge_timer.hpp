// Decides what held up the child's own timer, which is that of an ordinary program. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace pmactor {

/// How a timer came.
struct timer_look {
  std::chrono::nanoseconds due{}, woke{}; ///< On the awake clock.
  std::chrono::nanoseconds period{};
  /// Time its thread spent in a run queue since the look before; absent if the kernel does not say.
  std::optional<std::chrono::nanoseconds> waited;
  std::uint64_t faults = 0; ///< Pages that its thread had to wait for meanwhile (major faults).
  std::chrono::nanoseconds throttled{}; ///< Its control group was held up by a CPU quota of its own meanwhile.
};

enum class timer_cause : std::uint8_t {
  none,   ///< It came in time, or nearly.
  cpu,    ///< Its thread was ready to run and did not.
  memory, ///< Its thread waited for pages of its own program.
  absent, ///< It was stopped, frozen, traced or held up by its own group's quota, or the machine did not run: the
          ///< words of its neighbours from that time say nothing either.
};

/// @returns why the timer was late by 300 ms or more.
timer_cause judge_timer(const timer_look& x);

} // namespace pmactor
