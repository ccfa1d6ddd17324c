// Decides what is said of a clock that was set. Pure.
#pragma once

#include "messages/pause.hpp"

#include <chrono>

namespace pmactor {

/// @returns an event of kind clock: without a length, by the clock as it was set; its uncertainty
/// reaches from the beat that saw the step back to the one before, and not beyond either.
pause_event compose_clock_event(const clock_step& step);

/// @returns "forward by 1 h", "back by 2.5 s".
std::string step_words(std::chrono::nanoseconds step);

} // namespace pmactor
