// What a daemon learns from its history when it starts, and leaves to it when it ends.
#pragma once

#include "actors/notifier/count_habits.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "app/instance/places.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns the place of the history, as this run of the daemon writes to it.
history_place history_of(const places& where);

/// @returns what the STRESS SCORER had remembered; empty if nothing, or if that cannot be read within 500 ms: then it is
/// learnt afresh. Starts a thread, as a disk may hang, and before the actors run nothing would watch it.
std::string recall_baseline(const places& where);

/// @returns of which kinds the events of the last 30 days were; likewise.
habit_counts recall_habits(const places& where);

/// Has rows that could not be stored before the end kept for the next run. Waits for the disk.
/// @returns whether none is lost.
bool keep_for_next_run(const history_place& place, const std::vector<history_row>& rows);

} // namespace pmactor
