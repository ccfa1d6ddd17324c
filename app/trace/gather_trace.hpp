// Gathers from the history what the trace of an event shows.
#pragma once

#include "app/trace/write_trace.hpp"

#include <filesystem>
#include <string>

namespace pmactor {

/// @param reader of the same history as *database*.
/// @throws storage_problem.
trace_facts gather_trace(event_reader& reader, const event_row& event, const std::filesystem::path& database,
                         const std::string& version);

} // namespace pmactor
