#include "app/top/summarize_columns.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

namespace {

/// From this many times the interval of the sample before on, a sample came late.
constexpr double late_ratio = 2.5;

/// So many wide steps before and after one tell whether it is regular.
constexpr std::size_t wide_reach = 3;

} // namespace

std::int64_t column_maker::number_of(double time, double step) {
  constexpr double beyond = 1e15;
  return static_cast<std::int64_t>(std::floor(std::clamp(time / step, -beyond, beyond)));
}

bool column_maker::is_regular(std::size_t at) const {
  constexpr double slack = 2;       // seconds by which a sample may come later
  constexpr std::size_t enough = 3; // alike
  const auto first = at - std::min(at, wide_reach), last = std::min(wide_.size() - 1, at + wide_reach);
  for (auto i = first; i <= last; ++i) {
    // The step in which the interval changes is a shorter one.
    if (wide_[i].length() + slack < wide_[at].length())
      continue;
    std::size_t alike = 0;
    for (auto k = first; k <= last; ++k)
      alike += std::abs(wide_[k].length() - wide_[i].length()) <= slack ? 1 : 0;
    if (alike >= enough)
      return true;
  }
  return false;
}

void column_maker::take_wide_step(double from, const sample_row& row) {
  wide_.push_back({from, row, false});
  if (wide_.size() > 2 * wide_reach + 1)
    wide_.pop_front();
  // The steps that follow tell of those before them.
  for (std::size_t i = 0; i < wide_.size(); ++i)
    if (auto& x = wide_[i]; !x.is_filled && is_regular(i)) {
      x.is_filled = true;
      put(x.row, x.row.at(), x.from);
    }
}

void column_maker::add(const sample_row& row) {
  const auto time = row[sample_column::timestamp];
  if (!time)
    return;
  const auto interval = row[sample_column::interval];
  const bool is_late = interval && last_interval_ && *interval > late_ratio * *last_interval_;
  const auto apart = last_ && *time > *last_ && !is_late ? std::optional{*time - *last_} : std::nullopt;
  const bool is_wide = apart && *apart > longest_ && *apart <= longest_regular;
  put(row, *time, apart && *apart <= longest_ ? last_ : std::nullopt);
  if (is_wide)
    take_wide_step(*last_, row);
  else
    wide_.clear();
  last_ = time;
  last_interval_ = interval;
}

void column_maker::put(const sample_row& row, double time, std::optional<double> since) {
  const auto last = number_of(time, step_);
  auto first = last;
  column_peak peak;
  peak.at = time;
  for (std::size_t i = 0; i < stress_columns.size(); ++i)
    peak.stress[i] = row[stress_columns[i]];
  if (since) {
    first = std::min(last, number_of(*since, step_) + 1);
    peak.apart = time - *since;
  }
  for (auto i = first; i <= last; ++i) {
    auto& column = columns_[i];
    column.is_recorded = true;
    // The same sample comes again once it is known to stand for the time before it.
    if (!column.peak || peak.is_above(*column.peak) || !(column.peak->at < peak.at || peak.at < column.peak->at))
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
