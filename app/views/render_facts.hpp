// Decides how what is particular to an event is shown: of an outage, an incident, a slow-down and a
// clock that was set. Pure. All of it is foreign, and is to be escaped by the caller.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// @returns what happened, as half a sentence; empty if the event has no facts.
std::string facts_title(const event_row& x);

/// @returns the facts with what people call them, e.g. {"Device", "nvme0"}, in their order; without
/// the title.
std::vector<std::pair<std::string, std::string>> facts_lines(const event_row& x);

} // namespace pmactor
