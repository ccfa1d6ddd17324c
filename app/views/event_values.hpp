// Takes values out of an event's row and of the JSON in it, for those that show them. Both are
// foreign: what is not as it should be is absent, empty or "unknown".
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "messages/pause.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace pmactor {

/// @returns null for what is no JSON.
nlohmann::ordered_json parsed(const std::string& text);

/// Members of an object. @param object may be anything.
std::string text_at(const nlohmann::ordered_json& object, const char* key);
std::optional<double> number_at(const nlohmann::ordered_json& object, const char* key);
nlohmann::ordered_json list_at(const nlohmann::ordered_json& object, const char* key);

/// @returns a length in seconds as spelled() says it.
std::string span_words(std::optional<double> seconds);

/// @returns a moment in Unix seconds as strftime() writes it in local time.
std::string moment_words(std::optional<double> when, const char* format);

confidence confidence_of(const event_row& x);

/// As accuses(): whether what the processes that it names did can have led to it; else they were
/// merely busy, and none of them is to be shown as its doer.
bool are_accused(const event_row& x);
/// @returns the process that the event is blamed on before all others, by its name; empty if it is
/// blamed on none. Foreign.
std::string main_suspect(const event_row& x);

/// @returns the texts of a list, with commas between; empty if it is none.
std::string listed_at(const nlohmann::ordered_json& object, const char* key);

/// @returns what stalled, e.g. "disk sda did not answer"; to be escaped.
std::string stall_in_words(const event_row& x);
/// @returns how long it took, "12.3 s"; "lasts" if nothing is known of that yet.
std::string length_in_words(const event_row& x);
/// @param now Unix seconds; nullopt if whatever would report its end is not there.
/// @returns the same of an event that is being looked at: "3.00 s so far" of one whose end is not known yet.
std::string length_so_far(const event_row& x, std::optional<double> now);
/// @returns whether it is a stall, a machine that is slow, or critical stress, whose end is not known yet. Its duration is what had passed when it was last reported.
bool stall_lasts(const event_row& x);

/// @returns what the beat lost within a stall, as a sentence; empty if it paused never.
std::string parts_in_words(const event_parts& x);

/// @returns when an artifact of a capture was taken: "during" the event, "after" it, "during and after"; empty if that
/// is not known.
std::string when_captured(const event_row& x, const nlohmann::ordered_json& artifact);

/// @returns the processes that waited in a stall and where, e.g. "tar (4711) in io_schedule"; to be escaped.
std::string waiting_in_words(const event_row& x);

} // namespace pmactor
