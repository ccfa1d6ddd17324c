// Decides what a line means that powermetrics, or sudo in its place, writes to its standard error: nothing, that rights
// are wanting, or that this Mac lacks something. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns whether the line is one that powermetrics writes to its standard error in good health.
bool is_harmless(std::string_view line);

/// @returns whether the line says that the rights for powermetrics are wanting: no later try will do better.
bool is_refusal(std::string_view line);

/// @returns what the user can do about a child that ended with this line, one sentence; empty if nothing
/// is known of it.
std::string explain_refusal(std::string_view line);

} // namespace pmactor
