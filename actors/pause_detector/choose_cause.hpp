// Decides which line of a pause's ledger is called its cause, and how sure that is. Pure.
#pragma once

#include "messages/pause.hpp"

#include <chrono>

namespace pmactor {

struct chosen_cause {
  pause_cause cause = pause_cause::unexplained;
  confidence sure = confidence::low;
};

/// @param duration of the pause. @param beat whose counters the lines were booked by.
/// @returns the longest line; it is never called sure if it is less than half of the time.
chosen_cause choose_cause(const ledger& book, std::chrono::nanoseconds duration, const late_beat& beat);

} // namespace pmactor
