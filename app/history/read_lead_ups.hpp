// Reads the seconds that were kept before events.
#pragma once

#include "actors/storage_writer/read_history_sqlite.hpp"

#include <vector>

namespace pmactor {

/// @param range of which time they are read. @param step in seconds; above zero.
/// @returns the steps that they make (step_summary), in the order of time.
/// @throws storage_problem as history_reader does.
std::vector<sample_row> steps_of_lead_ups(history_reader& history, sample_range range, double step);

/// @param newest the samples of the range, the newest first, as they were stored, whatever the wall clock said then.
/// @returns with them the seconds that were kept between and after them; of all, the newest of the range's limit.
/// @throws storage_problem as history_reader does.
std::vector<sample_row> with_lead_ups(history_reader& history, sample_range range, std::vector<sample_row> newest);

} // namespace pmactor
