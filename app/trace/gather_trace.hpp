// Gathers from the history what the trace of an event shows.
#pragma once

#include "app/trace/write_trace.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace pmactor {

/// @returns the pauses that are part of a stall; of other events none.
/// @throws storage_problem.
std::vector<event_row> pauses_within(event_reader& reader, const event_row& stall);

/// @param reader of the same history as *database*.
/// @throws storage_problem.
trace_facts gather_trace(event_reader& reader, const event_row& event, const std::filesystem::path& database,
                         const std::string& version);

} // namespace pmactor
