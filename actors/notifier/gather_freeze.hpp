// Decides which pauses one message about a freeze is made of. Pure.
#pragma once

#include "actors/notifier/decide_notice.hpp"

#include <chrono>
#include <vector>

namespace pmactor {

/// Adds a pause to the freeze that is not yet reported to people. The longest are kept whole, so that they may
/// still be amended; the others are counted.
void gather(notice_state& state, const event_record& x, std::chrono::nanoseconds now);

/// Takes a pause out of the freeze, with the evidence of it. @returns the pause.
event_record take_out(notice_state& state, std::vector<event_record>::iterator which);

} // namespace pmactor
