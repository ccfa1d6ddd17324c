// A stretch of the history at a glance: curves over all of it, and a table with as many lines as
// the screen has left. Pure but for the local time zone.
#pragma once

#include "app/history/mark_rows.hpp"
#include "app/top/summarize_columns.hpp"
#include "app/top/top_state.hpp"
#include "app/views/render_samples.hpp"
#include "app/views/terminal.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

/// @returns the step, of those that people count in, that makes at most so many lines of a span.
/// Both in seconds.
double step_for(double span, std::size_t lines);

class history_glance {
public:
  /// @param lines of the screen. @param longest seconds from one stored sample to the next.
  history_glance(double since, double until, std::size_t lines, double longest,
                 const text_style& style);

  /// @returns the seconds of a line of the table.
  double step() const {
    return row_step_;
  }

  /// Takes the next sample, in the order of time.
  void add(const sample_row& row);

  /// @param events within the time, by when they began.
  /// @returns all of it; empty if there was no sample.
  std::string finish(const std::vector<row_event>& events);

private:
  double since_, until_, longest_;
  text_style style_;
  std::size_t width_;
  double column_step_, row_step_;
  column_maker columns_;
  step_summary summary_;
  std::vector<sample_row> rows_;
};

} // namespace pmactor
