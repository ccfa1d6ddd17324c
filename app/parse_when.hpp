// Reads the times and spans that people type: "90", "2h", "3d", "2026-01-20", "2026-01-20 09:08:55".
#pragma once

#include <optional>
#include <string_view>

namespace pmactor {

/// @returns seconds, from a number with one of the units ms, s, m, h, d, w; without one it is seconds.
std::optional<double> parse_span(std::string_view text);

/// @param now Unix seconds.
/// @returns Unix seconds: a span is so long ago, a date or date and time is in the local zone, "@N" is
/// Unix seconds as they are.
std::optional<double> parse_when(std::string_view text, double now);

} // namespace pmactor
