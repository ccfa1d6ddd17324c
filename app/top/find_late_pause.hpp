// Decides whether a pause brought the lateness of a sample. The lateness of a sample is the worst since the one before that
// has one, so a pause shows in the first sample behind it, of whose own time it is not. Pure.
#pragma once

#include "app/top/decide_reach.hpp"

#include <span>

namespace pmactor {

/// @param since when the sample before that has a lateness was taken. @param late seconds.
/// @param breaks as find_breaks() returns them; the result is one of them.
/// @returns the longest pause of this run from *since* to *at*; null if there is none, or hardly anything was late.
const recording_break* find_late_pause(double since, double at, double late, std::span<const recording_break> breaks);

} // namespace pmactor
