// What the history says of a span of time, as explain_span() needs it.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/explain/explain_span.hpp"
#include "app/settings/settings.hpp"

namespace pmactor {

/// @returns what by these settings counts as a record. Pure.
record_policy record_policy_of(const settings& conf);

/// @returns what the event says of its time. Pure. @param known_until when one lasts at least
/// whose end is not known yet: the present, or the end of the record.
span_event span_event_of(const event_row& x, double known_until);

/// Reads the events that reach into the span or lie near it, and the holes between the samples.
/// @param daemon_lives then what lasts goes on, also if nothing newer is stored.
/// @throws storage_problem
span_record read_record(event_reader& events, history_reader& history, const stretch& span,
                        const record_policy& policy, double now, bool daemon_lives = false);

} // namespace pmactor
