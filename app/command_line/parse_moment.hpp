// Reads the moments and spans of time that people type: `--since 2h`, `--at "2026-01-20 09:08:55"`. Pure
// but for the local time zone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// Reads a span: numbers with units, e.g. "90s", "2h", "1h30m", "1.5 days". Units are ms, s, m or min, h,
/// d, w, or their words; a number alone is seconds.
/// @returns nullopt if it is none, or longer than a century.
std::optional<std::chrono::nanoseconds> parse_span(std::string_view text);

/// Reads a moment: "now", "2h", "-2h" or "2h ago", a day with or without a local time ("today", "yesterday 9:08",
/// "friday 14:32", "Jan 20", "20 Jan 14:32"), a local time of the day ("09:08", "9:08", "09:08:55", "9am", "2:30pm"),
/// which is the last one that is not yet to come, a local date with or without a time ("2026-01-20",
/// "2026-01-20 09:08:55.5"), the same with a zone ("…Z", "…+01:00"), or Unix seconds ("@1768896535", "1768896535.25").
/// A smaller number alone is a span in seconds, and none if it has a fraction: "14.53" is meant as a time of the day.
/// @param now on the wall clock, as the result.
/// @returns nullopt if it is none.
std::optional<std::chrono::nanoseconds> parse_moment(std::string_view text,
                                                     std::chrono::nanoseconds now);

/// A stretch of the wall clock.
struct named_span {
  std::chrono::nanoseconds from{}, to{};
};

/// @param at the moment that the text was read as.
/// @returns the span that it names as it was written: the day, the minute, the second, or half a second around it.
named_span span_named_by(std::string_view text, std::chrono::nanoseconds at);

/// What a moment or a span may look like, for help texts and complaints.
inline constexpr const char* moment_examples
  = "2h, 30min, 09:08, 2026-01-20 or '2026-01-20 09:08:55'";

/// @returns the moment in local time with its offset, e.g. "2026-01-20T09:08:55+01:00".
std::string iso_time(std::chrono::nanoseconds wall);

} // namespace pmactor
