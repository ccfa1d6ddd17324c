// Patterns in words: as lines for a person, as JSON for a program. Pure but for the local time
// zone.
#pragma once

#include "app/patterns/find_patterns.hpp"
#include "app/views/terminal.hpp"

#include <string>

namespace pmactor {

/// @returns what it is about, e.g. "disk sda did not answer, by updatedb of updatedb.service".
/// Escaped.
/// @param unit of the doer; empty if it is not known.
std::string in_words(const event_traits& x, const std::string& unit);

/// @returns when it comes, e.g. "daily 03:10–03:18", "hourly at :17", "at no regular time".
std::string rhythm_words(const pattern& x);

/// @returns a moment in words, e.g. "today 03:12", "yesterday 03:12", "2026-01-20 03:12".
std::string day_words(double when, double now);

/// @returns "like 12 others, the last 2026-01-20 03:12; daily 03:10–03:18"; empty if there is none
/// like it.
std::string likeness_words(const likeness& x, double now);

/// @returns the patterns for a person, as wide as the style says. No control character is in it.
std::string render_patterns(const found_patterns& x, double now, const text_style& style);

/// @returns a JSON object. Keys are added to, never renamed.
std::string patterns_json(const found_patterns& x);

} // namespace pmactor
