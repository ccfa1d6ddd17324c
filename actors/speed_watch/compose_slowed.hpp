// Decides what is said of a machine that is slow: the event at its begin, and what amends it at its
// end. Pure.
#pragma once

#include "actors/speed_watch/find_limiter.hpp"
#include "actors/speed_watch/judge_speed.hpp"
#include "messages/event_facts.hpp"
#include "messages/pause.hpp"
#include "messages/power.hpp"

namespace pmactor {

event_facts facts_of_frequency(const busy_speed& speed, const limiter& by);
event_facts facts_of_stolen(double share);
event_facts facts_of_heat(thermal_pressure level);

/// @returns the event of kind slowed, which lasts. @param kind_of_slow from 0 to 2: several ways
/// may begin at one time.
pause_event compose_slowed(const slow_episode& x, event_facts facts, unsigned kind_of_slow);
/// @returns what amends it as it is over.
event_amendment compose_slowed_end(event_id id, const slow_episode& x, event_facts facts);

} // namespace pmactor
