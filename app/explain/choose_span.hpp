// Decides which span is meant where none is named. Pure: the newest event and the present are arguments.
#pragma once

#include "app/explain/explain_span.hpp"

#include <optional>

namespace pmactor {

/// @returns the time of the event; a second of one that is a moment.
stretch span_of(const span_event& x);

/// @param newest event; nullopt if there is none. @param now Unix seconds.
/// @returns the time of the newest event if it was within the last hour, else that hour.
stretch choose_span(const std::optional<span_event>& newest, double now);

} // namespace pmactor
