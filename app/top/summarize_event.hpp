// Decides what the live view keeps of an event: its time, its mark, its line in the list, and what is said of it where
// the cursor is on it. Pure but for the local time zone.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/top/top_state.hpp"

#include <cstddef>

namespace pmactor {

/// @param parts the pauses within it, if it is a stall.
top_event summarize_event(const event_row& x, const event_parts& parts);

/// @returns a hash of what is shown of the row without its page, and of its blame: if it is another, so is the row.
std::size_t digest_event(const event_row& x);

} // namespace pmactor
