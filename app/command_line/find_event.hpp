// Finds the event that people name: by its number in the list, by the long one of its birth, or by when it
// began, as messages say it.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/command_line/parse_moment.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pmactor {

/// The name of the newest event.
struct last_event {
  friend bool operator==(last_event, last_event) = default;
};

/// A number, or the second or the minute in which the event began or lasted, on the wall clock, or the newest.
using event_name = std::variant<std::int64_t, named_span, last_event>;

/// Reads the name of an event: "12", "09:08:55", "09:08", "2026-01-20 09:08:55", "last". A time of the day that is yet to
/// come is that of yesterday.
/// @returns nullopt if it is none.
std::optional<event_name> parse_event_name(const std::string& text, std::chrono::nanoseconds now);

/// @returns the events of that name, the newest first: those that began then, else those that lasted then. Of several
/// that began within one second, the longest that is no sleep, if any is none.
/// @throws storage_problem as the reader does.
std::vector<event_row> find_events(event_reader& reader, const event_name& name);

/// @returns why there is not the one event that was named so, as a sentence. Holds what was typed: escape it.
/// @param found by find_events(): none, or several.
std::string not_one_event(const std::string& typed, const event_name& name, const std::vector<event_row>& found);

/// @returns that no event is as asked for, and how the others are shown, as a sentence.
/// @throws storage_problem as the reader does.
std::string no_event_matches(event_reader& reader, event_range asked);

/// @returns the newest event that is a riddle: why a machine slept, or a clock was set, is none.
/// @throws storage_problem as the reader does.
std::optional<event_row> find_newest_event(event_reader& reader);

/// An event near a moment.
struct near_event {
  event_row event;
  double distance = 0; ///< Seconds from the moment to its begin or end; 0 if it lasted then.
};

/// @returns the event that lasted at this moment (Unix seconds), give or take half a second; of several, the longest
/// that is no sleep; of none, the nearest within a month.
/// @throws storage_problem as the reader does.
std::optional<near_event> find_event_near(event_reader& reader, double moment);

/// What the name of an event may look like, for help texts and complaints.
inline constexpr const char* event_name_words =
  "The event's number in the list, or a moment of it, e.g. 09:08:55, or last";

} // namespace pmactor
