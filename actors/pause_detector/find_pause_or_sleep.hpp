// Decides whether a pause, a sleep, or both lie between two beats, and how long they were. Time is an
// argument; the wall clock decides nothing.
#pragma once

#include "messages/pause.hpp"

#include <vector>

namespace pmactor {

struct pause_policy { // partly `[pauses]` in the settings
  /// A beat must be later than this for a pause.
  std::chrono::nanoseconds least_lateness = std::chrono::milliseconds{200};
  /// The clocks must part by more than this for a sleep; they are read microseconds apart.
  std::chrono::nanoseconds least_sleep = std::chrono::milliseconds{50};
  /// The kernel freezes all tasks before a sleep and thaws them after it: up to this much time awake
  /// beside a sleep is part of the sleep and no pause.
  std::chrono::nanoseconds sleep_margin = std::chrono::seconds{1};
  /// Of a begin that is recorded: a switch and two readings of the clock lie between it and what brought it about.
  std::chrono::nanoseconds recorded_error = std::chrono::milliseconds{1};
  /// A step of the wall clock that is worth a word.
  std::chrono::nanoseconds least_wall_step = std::chrono::milliseconds{100};
  /// One that is worth an event.
  std::chrono::nanoseconds least_clock_event = std::chrono::seconds{1};
  friend bool operator==(const pause_policy&, const pause_policy&) = default;
};

/// @returns how late the beat was on the clock that stands still in a sleep; never negative.
std::chrono::nanoseconds lateness_of(const late_beat& beat);
/// @returns how long the beat was held up, where the kernel has recorded when that began.
std::optional<std::chrono::nanoseconds> held_up(const late_beat& beat);
/// @returns the time asleep between the two beats; zero if it was too short to be one.
std::chrono::nanoseconds sleep_of(const late_beat& beat, const pause_policy& policy);

/// @returns the sleep, if there was one, then the pause, if there was one; unexplained so far.
/// Where it is not recorded when a pause began, that was somewhere between the last beat and the one that was missed,
/// so its duration is the lateness plus half a period, give or take half a period.
std::vector<pause_event> find_pause_or_sleep(const late_beat& beat, const pause_policy& policy);

} // namespace pmactor
