// Time as values. Decisions take it as an argument; only code that deals with the host reads clocks.
#pragma once

#include <chrono>
#include <string>

namespace pmactor {

/// The host's clocks, read back to back by the code that read something else from the host.
struct clock_sample {
  std::chrono::nanoseconds awake{}; ///< Since boot; stands still while the host is suspended.
  std::chrono::nanoseconds total{}; ///< Since boot; keeps counting while it is suspended.
  std::chrono::nanoseconds wall{};  ///< Since the Unix epoch. For showing only: it may step.
  friend bool operator==(const clock_sample&, const clock_sample&) = default;
};

/// Seconds as a floating point number, the form in which times and durations are stored.
constexpr double to_seconds(std::chrono::nanoseconds x) {
  return std::chrono::duration<double>(x).count();
}

std::string to_string(const clock_sample& x);

} // namespace pmactor
