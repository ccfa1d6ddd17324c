// Takes out of the history what find_patterns() looks at.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/patterns/find_patterns.hpp"
#include "app/views/render_event.hpp"

#include <optional>
#include <vector>

namespace pmactor {

/// @returns the event with what it has in common with others; nullopt for what is no trouble that
/// may repeat, such as a sleep or a stop in good order. Pure but for the local time zone.
std::optional<past_event> past_event_of(const event_row& x);

/// Reads the events of a range that may repeat: no sleeps, no pauses that are part of a stall.
/// @throws storage_problem
std::vector<past_event> read_past_events(event_reader& events, std::optional<double> since,
                                         std::optional<double> until);

/// Compares an event with all the others that are kept.
/// @throws storage_problem
event_likeness compare(const event_row& event, event_reader& events, double now);

} // namespace pmactor
