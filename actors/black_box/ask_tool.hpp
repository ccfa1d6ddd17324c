// Asks a tool of the system for what it writes.
#pragma once

#include "actors/host/run_process.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Runs a tool and waits for it: not for a thread that anything waits for.
/// @param terms its streams are set here.
/// @param most bytes of what it writes are kept; what is beyond is dropped.
/// @returns what it wrote; nothing if it could not be started, did not end in time or failed.
std::optional<std::string> output_of(process_order order, run_terms terms, std::size_t most);

/// Runs it with an environment of its own, lowered in priority, bounded to 5 s and 64 KiB. Waits for it like output_of.
/// @param command the program's path and its arguments.
/// @returns what it wrote; nothing if it failed.
std::string ask_tool(const std::vector<std::string>& command);

} // namespace pmactor
