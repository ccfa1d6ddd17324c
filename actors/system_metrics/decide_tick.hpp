// Decides when the metronome ticks and what it owes. Pure: the lived clock's time is an argument.
//
// The n-th second since the start is due at origin + n periods of lived time: an absolute grid, so that
// lateness never adds up and a pause of the host costs no tick. A metronome that is late all the same (it was
// restarted, or starved for CPU) makes up for what it owes at twice the pace, if that is not too much; the
// rest is counted as missed. In the long run: seconds lived = ticks + missed.
#pragma once

#include <chrono>
#include <cstdint>

namespace pmactor {

/// The pace. Not a setting: everything downstream counts in seconds.
struct tick_policy {
  std::chrono::nanoseconds period = std::chrono::seconds{1};
  std::uint64_t catch_up = 5; ///< Ticks that are made up for; more than that are missed.
};

/// The metronome's memory of the grid. All times are lived time.
struct tick_state {
  std::chrono::nanoseconds origin{}; ///< One period before the first tick.
  std::chrono::nanoseconds due{};    ///< When to tick next.
  std::chrono::nanoseconds last{};   ///< When the last tick was taken.
  std::uint64_t ticks = 0;           ///< Made so far; the number of the last one.
  std::uint64_t missed = 0;          ///< Never made.
  friend bool operator==(const tick_state&, const tick_state&) = default;
};

/// @returns the state of a metronome that starts now; its first tick is due at once.
tick_state start_ticking(std::chrono::nanoseconds now, const tick_policy& policy);

/// Takes one tick. @returns the state after it.
/// @pre It is due.
tick_state decide_tick(tick_state state, std::chrono::nanoseconds now, const tick_policy& policy);

} // namespace pmactor
