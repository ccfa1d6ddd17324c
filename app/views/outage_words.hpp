// What is shown of an outage: how the run before ended, in words. The row is foreign, as any.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// @returns what happened, as half a sentence: "the power was lost"; to be escaped.
std::string outage_in_words(const event_row& x);

/// @returns whether it ended the machine, and not the daemon alone.
bool was_of_machine(const event_row& x);

/// @returns whether it was not ordered.
bool was_mishap(const event_row& x);

/// What people call an outage that was ordered.
inline constexpr const char* stop_kind = "stop";

/// @returns the range with what these kinds, as people call them, are stored as.
event_range of_kinds(event_range range, const std::vector<std::string>& kinds);

/// @returns the kind of any event as people call it: "stop" or as it is stored. Foreign.
std::string kind_in_words(const event_row& x);

/// @returns what is said of it beside its cause and length, as pairs of a word and a text; to be
/// escaped.
std::vector<std::pair<std::string, std::string>> outage_facts_in_words(const event_row& x);

/// @returns what speaks for the verdict, the strongest first; to be escaped.
std::vector<std::string> outage_evidence(const event_row& x);

} // namespace pmactor
