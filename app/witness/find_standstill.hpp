// Decides from the real-time clock, which a battery drives, whether the machine's own clocks stood still: a virtual
// machine that is stopped from outside, saved and restored, or moved knows nothing of it. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace pmactor {

/// The clocks side by side.
struct real_time_reading {
  std::chrono::seconds real{};      ///< Of the real-time clock, which counts whole seconds.
  std::chrono::nanoseconds total{}; ///< Since boot, with the time asleep.
  std::chrono::nanoseconds wall{};
};

/// How long the machine's clocks stood still.
struct standstill {
  std::chrono::nanoseconds length{};
  std::chrono::nanoseconds uncertainty{}; ///< Either way.
  std::chrono::nanoseconds within{};      ///< It was at some time in a stretch of this before the reading.
  friend bool operator==(const standstill&, const standstill&) = default;
};

class standstill_finder {
public:
  /// @returns a standstill between the reading before and this one. One that a clock which is set may explain is none.
  std::optional<standstill> look(const real_time_reading& x);

private:
  /// By how much the real-time clock is ahead of the one since boot: between these two, by all readings so far.
  std::chrono::nanoseconds low_{}, high_{};
  std::optional<real_time_reading> last_;
};

} // namespace pmactor
