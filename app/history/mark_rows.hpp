// Decides what stands between two rows of the history: the pauses, stalls and sleeps between them,
// and that nothing is recorded. Pure but for the local time zone.
#pragma once

#include "app/explain/stretches.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// An event, as it is shown between two rows.
struct row_event {
  std::int64_t id = 0;
  std::string kind;
  stretch time; ///< Unix seconds.
  double lasted = 0;
  std::string why;              ///< Half a line, escaped.
  bool stops_recording = false; ///< No sample is taken while it lasts: a pause, a sleep, an outage.
  bool is_news =
    false; ///< Known only now: shown before the next row, also if it began before the last one.
};

class row_marker {
public:
  /// @param events by when they began. @param longest seconds from one row to the next if nothing
  /// is missing.
  /// @param most of the events between two rows that are shown one by one; more are summed up.
  /// @param width of the lines, in cells; 0 if they may be as long as they are.
  row_marker(std::vector<row_event> events, double longest, std::size_t most = 3, std::size_t width = 0)
    : events_(std::move(events)), longest_{longest}, most_{most}, width_{width} {
  }
  /// Adds an event that became known meanwhile.
  void add(row_event x) {
    x.is_news = true;
    events_.push_back(std::move(x));
  }

  /// @param time of the next row, in Unix seconds; rows come in the order of time.
  /// @returns the lines that stand before it, each with its line feed; before the first row there
  /// are none.
  std::string before(double time);

private:
  std::vector<row_event> events_;
  double longest_;
  std::size_t most_, width_;
  std::size_t next_ = 0; ///< Of the events.
  double last_ = 0;      ///< The row before; 0 if there was none.
  double accounted_ = 0; ///< Up to here events stopped the recording.
};

} // namespace pmactor
