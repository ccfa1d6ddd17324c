// Decides who did it where nothing is recorded, from what each process used across the event: CPU time, bytes of disks,
// memory that it gained since that was ample. It says which of several did how much, and is honest that it is no proof.
// Pure.
#pragma once

#include "actors/flight_recorder/rank_culprits_by_usage.hpp"
#include "messages/blame.hpp"

#include <optional>

namespace pmactor {

/// @returns nothing if no process can have led to such an event by what it uses, or nothing is known of that time.
std::optional<blame_facts> blame_by_deltas(const pause_event& event, const event_view& seen,
                                           const culprit_policy& policy);

} // namespace pmactor
