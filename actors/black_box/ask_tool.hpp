// Asks a tool of the system for what it writes.
#pragma once

#include <string>
#include <vector>

namespace pmactor {

/// Runs it with an environment of its own, lowered in priority and bounded in time and bytes. Waits for it: not for a
/// thread that anything waits for.
/// @param command the program's path and its arguments.
/// @returns what it wrote, or what of it came in time; nothing if it failed.
std::string ask_tool(const std::vector<std::string>& command);

} // namespace pmactor
