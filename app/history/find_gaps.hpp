// Decides what a hole between stored samples is: samples are stored every few seconds, and further apart where the
// settings said so at the time. Where they lie regularly nothing is missing; what is missing is a gap. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace pmactor {

/// Seconds from one stored sample to the next while the machine is calm, by the default settings.
inline constexpr double usual_step = 5;
/// A sample may come so many seconds later.
inline constexpr double step_slack = 2;
/// So many steps before and after one tell whether it is regular.
inline constexpr std::size_t step_reach = 3;

/// @returns whether the sample that follows the last one should have come by now.
inline bool is_overdue(double last, double now, double longest_step) {
  return now - last > longest_step;
}

/// @param before, interval seconds over which two samples that follow on each other were measured.
/// @returns whether the second came late: it was measured over far more time, of which no more is known.
inline bool came_late(std::optional<double> before, std::optional<double> interval) {
  constexpr double late_ratio = 2.5;
  return before && interval && *interval > late_ratio * *before;
}

/// @param run seconds from one sample to the next, each more than the usual, that follow on each other. 0 stands for one
/// that has no say in how far apart samples were stored.
/// @returns how far the samples around a step lie apart, if it is about as far, so that this is how they were stored
/// then. One that is shorter than those around it may be the step in which the interval changed; a longer one is a gap.
/// @pre That step has a say.
std::optional<double> find_regular_step(std::span<const double> run, std::size_t at);

/// @param hole from and to, in which nothing was measured.
/// @returns whether most of it lies between two samples, so that no line from the one to the other is to say that it was.
bool is_across_hole(double from, double to, const std::pair<double, double>& hole);

/// @param times of the samples, ascending; Unix seconds.
/// @returns of each sample whether there is a gap before it; of the first there is none.
std::vector<bool> find_gaps(std::span<const double> times);

} // namespace pmactor
