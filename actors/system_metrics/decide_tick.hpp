// Decides when the metronome ticks and what it owes. Pure: the actor clock's time is an argument.
//
// The n-th second since the start is due at origin + n periods: an absolute grid, so that lateness never
// adds up. A pause of the host moves the grid by its length, as it was not lived. Who is late without a
// pause (it was restarted, or starved for CPU) makes up for what it owes at twice the pace, if that is
// not too much; the rest is counted as missed. In the long run: seconds lived = ticks + missed.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace pmactor {

/// The pace. Not a setting: everything downstream counts in seconds.
struct tick_policy {
  std::chrono::nanoseconds period = std::chrono::seconds{1};
  std::uint64_t catch_up = 5; ///< Ticks that are made up for; more than that are missed.
};

/// The metronome's memory of the grid.
struct tick_state {
  std::chrono::nanoseconds origin{}; ///< The start on the actor clock, moved by every pause since.
  std::chrono::nanoseconds due{};    ///< When to tick next.
  std::chrono::nanoseconds last{};   ///< When the last tick was taken.
  std::uint64_t ticks = 0;           ///< Made so far; the number of the last one.
  std::uint64_t missed = 0;          ///< Never made.
  /// Ticks that one late tick gave up. Who was paused finds out by that tick, and may hear of the pause
  /// only some ticks later: then they were not owed.
  struct given_up {
    std::uint64_t count = 0;
    std::chrono::nanoseconds at{};
    std::uint64_t made = 0; ///< Ticks made and missed until then, that late one included.
    friend bool operator==(const given_up&, const given_up&) = default;
  };
  std::array<given_up, 4> recent{}; ///< Of the missed ones, the newest first.
  friend bool operator==(const tick_state&, const tick_state&) = default;
};

/// @returns the state of a metronome that starts now; its first tick is due at once.
tick_state start_ticking(std::chrono::nanoseconds now, const tick_policy& policy);

/// Takes one tick. @returns the state after it.
tick_state decide_tick(tick_state state, std::chrono::nanoseconds now, const tick_policy& policy);

/// Takes a pause of this length into account, told before or after the late tick that it caused.
/// The next tick is never more than two periods away.
tick_state skip_gap(tick_state state, std::chrono::nanoseconds length, std::chrono::nanoseconds now,
                    const tick_policy& policy);

} // namespace pmactor
