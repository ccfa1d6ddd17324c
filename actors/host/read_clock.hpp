// The clocks of the system, by their POSIX names.
#pragma once

#include <chrono>
#include <time.h>

namespace pmactor {

/// @returns the time on this clock. Never fails for a clock that the system has; safe after fork().
inline std::chrono::nanoseconds read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

/// The one that stands still while the machine sleeps.
#ifdef __APPLE__
inline constexpr clockid_t awake_clock = CLOCK_UPTIME_RAW;
#else
inline constexpr clockid_t awake_clock = CLOCK_MONOTONIC;
#endif

} // namespace pmactor
