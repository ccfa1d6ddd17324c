// Decides which of those that are blamed for an event are named as its culprits. Pure.
#pragma once

#include "actors/flight_recorder/culprit_policy.hpp"
#include "messages/blame.hpp"
#include "messages/pause.hpp"

#include <cstddef>
#include <vector>

namespace pmactor {

/// @returns whether it is recorded who held up the victim of this event by what it was short of, at
/// least for a good part of it: then no other measure is needed.
bool is_answered(const pause_event& event, const blame_facts& blame);

/// @returns those that did a good part of the harm that is known of, the most harmful first; none
/// if no process stands out.
std::vector<culprit> choose_culprits_by_blame(const blame_facts& blame, const culprit_policy& policy);

/// Puts the process that has to answer and does not before all others.
/// @param most how many there may be.
void name_server(std::vector<culprit>& to, const serving_process& server, std::size_t most);

} // namespace pmactor
