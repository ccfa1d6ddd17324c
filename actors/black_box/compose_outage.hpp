// Makes the event of an outage from what was concluded of it. Pure.
#pragma once

#include "actors/black_box/black_box_policy.hpp"
#include "actors/black_box/box_host.hpp"
#include "actors/black_box/decide_outage.hpp"

#include <vector>

namespace pmactor {

/// @param records of the run that ended, the oldest first; not empty.
/// @param policy by which records were due in it, as far as that is known.
/// @returns the event, named by its last record, so that whatever finds it again names it the same.
/// Its first piece of evidence is what happened, as a sentence without its stop.
event_record compose_outage(const outage_verdict& verdict, const std::vector<box_record>& records,
                            const start_traces& now, const black_box_policy& policy);

/// What goes with each record until the events are stored, the newest first; bounded.
std::vector<box_debt> debts_of(const box_opening& x);
box_debt debt_of(const event_record& x);
event_record event_of(const box_debt& x);

/// @param start as for decide_length().
/// @returns how long an outage took, by a clock that has been set since; nothing if that is not
/// known either.
std::optional<event_amendment> amend_length(const event_record& x, const box_record& last,
                                            const clock_sample& start);

} // namespace pmactor
