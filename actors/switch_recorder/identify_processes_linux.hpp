// Who the processes of a log are: as the system says right now of those that live, and as the record says of those that
// have ended since.
#pragma once

#include "actors/switch_recorder/compose_log.hpp"
#include "actors/switch_recorder/switch_log.hpp"

#include <cstddef>

namespace pmactor {

/// Fills in `processes` of the *most* processes that were on the CPUs for the longest.
void identify_processes(switch_log& log, const recorded_names& recorded, std::size_t most);

} // namespace pmactor
