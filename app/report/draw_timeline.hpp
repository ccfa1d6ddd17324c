// Draws the time around an event: the charts of a report. Each is an SVG that stretches with the
// page, so it holds lines only; every word stands beside it as HTML and keeps its size on a phone.
// Pure.
#pragma once

#include "app/report/report_facts.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor::report {

/// What all charts of a page share, so that a moment stands at the same place in each.
struct time_axis {
  double from = 0, to = 1;             ///< Unix seconds.
  double pause_from = 0, pause_to = 0; ///< The event itself.
  std::vector<std::pair<double, double>> holes; ///< In which nothing was measured, by the samples after them.

  /// @returns where this moment lies, 0 to 1.
  double share(double at) const;
};

time_axis axis_of(const report_facts& facts);

/// The stress over a long time, with its events.
/// @param rows one for each *step* seconds in which there are samples: when, and the stress with its parts.
/// @returns nothing if no stress is known.
std::string stress_strip(const std::vector<sample_row>& rows, double step, double from, double to,
                         const std::vector<event_row>& events);

/// @returns the charts of the machine, one below the other.
std::string timeline(const report_facts& facts, const time_axis& axis);

/// @returns a small chart of one suspect.
std::string spark(const report_suspect& x, const time_axis& axis);

} // namespace pmactor::report
