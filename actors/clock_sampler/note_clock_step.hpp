// Decides whether the wall clock was set between two beats, and which steps of it are kept until
// they are reported. Pure.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <vector>

namespace pmactor {

/// Steps that wait to be reported: one a beat for some seconds.
inline constexpr std::size_t most_clock_steps = 64;

/// Adds the step that lies between two beats, if there is one. A slew is none: it does not come to
/// so much in a beat. Each step is kept by itself, so that it is known to a beat however long the
/// report waits, and one forward does not cancel one back. Where there are too many, the two oldest
/// become one.
void note_clock_step(std::vector<clock_step>& steps, const clock_sample& before,
                     const clock_sample& after);

/// Adds steps that are newer, within the same bound.
void append_clock_steps(std::vector<clock_step>& steps, const std::vector<clock_step>& newer);

} // namespace pmactor
