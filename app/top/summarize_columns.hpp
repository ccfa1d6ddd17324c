// Decides what of many samples a column of a curve shows: the least and the most of each value, so
// that no peak vanishes however much time a column stands for. Pure.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"
#include "app/top/decide_reach.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace pmactor {

/// A value over the time of a column.
struct envelope {
  double least = 0, most = 0;
  friend bool operator==(const envelope&, const envelope&) = default;
};

/// The stress and its parts, which are written out together: those of one sample, as the most of each would not add up.
inline constexpr std::array stress_columns{sample_column::stress_total,  sample_column::stress_load,
                                           sample_column::stress_memory, sample_column::stress_thermal,
                                           sample_column::stress_latency, sample_column::stress_io};

/// The sample of the most stress in a column.
struct column_peak {
  double at = 0;               ///< Unix seconds; behind the column if it stands for the time before it, in front
                               ///< of it if it stands for the time up to a break.
  std::optional<double> apart; ///< Seconds since the sample before it, if it stands for them.
  std::array<std::optional<double>, stress_columns.size()> stress; ///< As stress_columns.

  /// @returns whether there is more stress in it than in another.
  bool is_above(const column_peak& x) const {
    return stress[0].value_or(-1) > x.stress[0].value_or(-1);
  }
};

/// The time of one column; its number times the step is its begin, in Unix seconds.
struct time_column {
  std::array<std::optional<envelope>, sample_column_count> values;
  std::optional<column_peak> peak;
  bool is_recorded = false; ///< A sample is of this time.

  const std::optional<envelope>& operator[](sample_column x) const {
    return values[static_cast<std::size_t>(x)];
  }
};

using time_columns = std::map<std::int64_t, time_column>;
using recording_breaks = std::shared_ptr<const std::vector<recording_break>>;

/// Puts samples into columns. A sample stands for the time that decide_reach() says, unless that is longer than samples
/// are apart while they are being taken. Samples that lie regularly further apart were stored by other settings, and
/// stand for the time between them as well. A column that lies whole within a break has no sample, but one taken then; one
/// in which a break ends or a stop begins has that of the part that was recorded; the lateness that a pause brought is in
/// the column in which it began.
class column_maker {
public:
  /// @param step seconds a column. @param longest seconds from sample to sample. @param breaks as find_breaks() returns
  /// them; null if none is known.
  column_maker(double step, double longest, recording_breaks breaks = nullptr)
    : step_{step}, longest_{longest}, breaks_{std::move(breaks)} {
  }
  /// Seconds by which samples may lie regularly apart at most, beside *longest*; and over which, before and after a
  /// sample, others tell whether they do.
  static constexpr double longest_regular = 300, reach = 4 * longest_regular;

  /// Takes the next sample, in the order of time.
  void add(const sample_row& taken);
  /// @returns the columns so far, by their numbers.
  const time_columns& columns() const {
    return columns_;
  }
  /// @returns when the newest sample was taken, in Unix seconds; absent if there was none.
  std::optional<double> newest() const {
    return last_ ? std::optional{last_->at()} : std::nullopt;
  }
  /// @returns the number of the column in which a moment lies.
  static std::int64_t number_of(double time, double step);

private:
  /// From one sample to the next, further apart than the longest.
  struct wide_step {
    double from = 0;
    sample_row row; ///< The sample at its end.
    bool is_filled = false;
    double length() const {
      return row.at() - from;
    }
  };
  /// @returns the first column from this one on that does not lie whole within a break.
  std::int64_t behind_break(std::int64_t column) const;
  void take_wide_step(double from, const sample_row& row);
  /// @returns the row, without its lateness if a pause brought it: that is put into the column in which the pause began.
  sample_row without_paused_lateness(sample_row row);
  /// Gives a column the values that it lacks.
  void supply(const sample_row& row, std::int64_t column);
  void put(const sample_row& row, std::int64_t first, std::int64_t last, std::optional<double> apart);

  double step_, longest_;
  recording_breaks breaks_;
  std::optional<sample_row> last_; ///< It has a time.
  bool is_last_first_of_run_ = false;
  std::optional<double> last_late_; ///< When the newest that has a lateness was taken.
  std::deque<wide_step> wide_; ///< The newest that follow on each other.
  time_columns columns_;
};

} // namespace pmactor
