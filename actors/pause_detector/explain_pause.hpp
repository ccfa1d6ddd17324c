// Decides why a pause was, how sure that is, and what else a reader of it should know.
#pragma once

#include "actors/pause_detector/book_ledger.hpp"

namespace pmactor {

/// @param found by find_pause in *beat*.
/// @returns it with its ledger, cause, confidence and evidence. The cause is the longest line; it is
/// never called sure if it is less than half of the time.
pause_event explain_pause(pause_event found, const late_beat& beat, const ledger_policy& policy,
                          std::chrono::nanoseconds least_wall_step);

/// The kernel counted a suspend soon after a pause.
/// @returns what amends the pause, if nothing else explains it: it was that suspend, in which no clock stood still.
std::optional<event_amendment> explain_by_suspend(const pause_event& pause, const clock_sample& now);

} // namespace pmactor
