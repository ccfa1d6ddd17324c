// Decides what is said of a moment at which the machine, pmactor or a part of the machine stood
// still: the nearest sample knows nothing of that. Pure but for the local time zone.
#pragma once

#include "app/explain/explain_span.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns the pauses, stalls, sleeps and outages that reach into the time, by when they began.
std::vector<span_event> find_stops(std::vector<span_event> events, const stretch& time);

/// @returns what stood still from when to when, and what shows more, without its full stop; no
/// control character is in it.
std::string stop_in_words(const span_event& x);

/// @returns them as a JSON array.
std::string stops_json(const std::vector<span_event>& x);

} // namespace pmactor
