// Decides of which sample the processes of a moment are shown: of the one whose figures are, but where that has none, as
// the first of a run, or where a column begins long before the event that is looked at. Pure: what a sample has is an
// argument.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"
#include "app/top/summarize_columns.hpp"
#include "app/top/top_state.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace pmactor {

/// @returns when the sample was taken whose figures stand at a moment: that of the most stress in its column. Absent where
/// nothing is recorded, and while the sample is yet to come.
std::optional<double> time_of_figures(const time_columns& columns, double moment, double step);

/// @param figures, processes when the samples were taken of which these are; absent if there is none.
/// @returns whether there are processes, of another sample than the figures: then their time is to be said.
bool are_of_another(const std::optional<double>& figures, const std::optional<double>& processes);

/// @param earlier samples at or before the moment, the newest first. @param later those behind it, the oldest first.
/// @param has_processes is asked of the id of a sample.
/// @returns the nearest at or before the moment that has processes, else the nearest behind it; null if none has.
const sample_row* choose_process_sample(std::span<const sample_row> earlier, std::span<const sample_row> later,
                                        const std::function<bool(std::int64_t)>& has_processes);

/// @returns whether an event begins at the moment that is looked at, in a column so wide that its worst sample may lie far
/// from it.
bool begins_in_wide_column(const std::vector<top_event>& events, double moment, double step);

} // namespace pmactor
