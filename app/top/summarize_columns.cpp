#include "app/top/summarize_columns.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

namespace {

/// From this many times the interval of the sample before on, a sample came late.
constexpr double late_ratio = 2.5;

} // namespace

std::int64_t column_maker::number_of(double time, double step) {
  constexpr double beyond = 1e15;
  return static_cast<std::int64_t>(std::floor(std::clamp(time / step, -beyond, beyond)));
}

void column_maker::add(const sample_row& row) {
  const auto time = row[sample_column::timestamp];
  if (!time)
    return;
  const auto last = number_of(*time, step_);
  auto first = last;
  column_peak peak;
  peak.at = *time;
  for (std::size_t i = 0; i < stress_columns.size(); ++i)
    peak.stress[i] = row[stress_columns[i]];
  const auto interval = row[sample_column::interval];
  const bool is_late = interval && last_interval_ && *interval > late_ratio * *last_interval_;
  if (last_ && *time > *last_ && *time - *last_ <= longest_ && !is_late) {
    first = std::min(last, number_of(*last_, step_) + 1);
    peak.apart = *time - *last_;
  }
  last_ = time;
  last_interval_ = interval;
  for (auto i = first; i <= last; ++i) {
    auto& column = columns_[i];
    column.is_recorded = true;
    if (!column.peak || peak.is_above(*column.peak))
      column.peak = peak;
    for (std::size_t k = 0; k < row.values.size(); ++k) {
      const auto& value = row.values[k];
      auto& known = column.values[k];
      if (!value)
        continue;
      if (known)
        known = envelope{std::min(known->least, *value), std::max(known->most, *value)};
      else
        known = envelope{*value, *value};
    }
  }
}

} // namespace pmactor
