// The events that stand between the rows of a history.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/history/mark_rows.hpp"

#include <optional>
#include <vector>

namespace pmactor {

/// Pure but for the local time zone. @param now until when one lasts whose end is not known yet;
/// Unix seconds.
row_event row_event_of(const event_row& x, double now);

/// @returns the events of a time, without the pauses that are part of a stall, by when they began.
/// @param since, until Unix seconds; absent: all of them. @throws storage_problem
std::vector<row_event> read_row_events(event_reader& reader, std::optional<double> since,
                                       std::optional<double> until, double now);

} // namespace pmactor
