// Decides what of many samples a column of a curve shows: the least and the most of each value, so
// that no peak vanishes however much time a column stands for. Pure.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace pmactor {

/// A value over the time of a column.
struct envelope {
  double least = 0, most = 0;
  friend bool operator==(const envelope&, const envelope&) = default;
};

/// The time of one column; its number times the step is its begin, in Unix seconds.
struct time_column {
  std::array<std::optional<envelope>, sample_column_count> values;
  bool is_recorded = false; ///< A sample is of this time.

  const std::optional<envelope>& operator[](sample_column x) const {
    return values[static_cast<std::size_t>(x)];
  }
};

using time_columns = std::map<std::int64_t, time_column>;

/// Puts samples into columns. A sample stands for the time since the one before, unless that is
/// longer than samples are apart while they are being taken.
class column_maker {
public:
  /// @param step seconds a column. @param longest seconds from sample to sample.
  column_maker(double step, double longest) : step_{step}, longest_{longest} {
  }
  /// Takes the next sample, in the order of time.
  void add(const sample_row& row);
  /// @returns the columns so far, by their numbers.
  const time_columns& columns() const {
    return columns_;
  }
  /// @returns the number of the column in which a moment lies.
  static std::int64_t number_of(double time, double step);

private:
  double step_, longest_;
  std::optional<double> last_;
  time_columns columns_;
};

} // namespace pmactor
