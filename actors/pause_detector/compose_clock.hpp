// Decides what is said of a clock that was set. Pure.
#pragma once

#include "messages/pause.hpp"

#include <chrono>

namespace pmactor {

/// @param step by how much the wall clock was set forward, or back, within *span* before *at*.
/// @returns an event of kind clock: without a length, at the time that the clock shows now.
pause_event compose_clock_event(const clock_sample& at, std::chrono::nanoseconds step,
                                std::chrono::nanoseconds span);

/// @returns "forward by 1 h", "back by 2.5 s".
std::string step_words(std::chrono::nanoseconds step);

} // namespace pmactor
