// Decides what is said of a pause that was found: its ledger, its cause, and what else a reader of it should know.
#pragma once

#include "actors/pause_detector/book_ledger.hpp"

namespace pmactor {

/// @param found by find_pause_or_sleep in *beat*.
/// @returns it with its ledger (book_ledger), its cause and confidence (choose_cause) and evidence.
pause_event compose_pause(pause_event found, const late_beat& beat, const ledger_policy& policy,
                          std::chrono::nanoseconds least_wall_step);

} // namespace pmactor
