#include "app/top/summarize_columns.hpp"

#include "app/history/find_gaps.hpp"
#include "app/top/find_late_pause.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

namespace pmactor {

std::int64_t column_maker::number_of(double time, double step) {
  constexpr double beyond = 1e15;
  return static_cast<std::int64_t>(std::floor(std::clamp(time / step, -beyond, beyond)));
}

void column_maker::take_wide_step(double from, const sample_row& row) {
  wide_.push_back({from, row, false});
  if (wide_.size() > 2 * step_reach + 1)
    wide_.pop_front();
  std::vector<double> run;
  for (const auto& x : wide_)
    run.push_back(x.length());
  // The steps that follow tell of those before them.
  for (std::size_t i = 0; i < wide_.size(); ++i)
    if (auto& x = wide_[i]; !x.is_filled && find_regular_step(run, i)) {
      x.is_filled = true;
      const auto own = number_of(x.row.at(), step_);
      put(x.row, std::min(own, number_of(x.from, step_) + 1), own, x.length());
    }
}

std::int64_t column_maker::behind_break(std::int64_t column) const {
  if (!breaks_)
    return column;
  const auto begin = static_cast<double>(column) * step_;
  const auto next = std::upper_bound(breaks_->begin(), breaks_->end(), begin,
                                     [](double at, const recording_break& x) { return at < x.from; });
  const bool is_within = next != breaks_->begin() && std::prev(next)->to >= begin + step_;
  return is_within ? number_of(std::prev(next)->to, step_) : column;
}

sample_row column_maker::without_paused_lateness(sample_row row) {
  auto& late = row[sample_column::late_beat];
  if (!late)
    return row;
  const auto since = last_late_ ? *last_late_ : last_ ? last_->at() : row.at() - longest_;
  last_late_ = row.at();
  if (!breaks_)
    return row;
  if (const auto* pause = find_late_pause(since, row.at(), *late, *breaks_)) {
    auto& known = columns_[number_of(pause->from, step_)].values[static_cast<std::size_t>(sample_column::late_beat)];
    known = known ? envelope{std::min(known->least, *late), std::max(known->most, *late)} : envelope{*late, *late};
    late.reset();
  }
  return row;
}

void column_maker::add(const sample_row& taken) {
  const auto time = taken[sample_column::timestamp];
  if (!time)
    return;
  const auto row = without_paused_lateness(taken);
  sample_time sample{*time, row[sample_column::interval], std::nullopt, false};
  if (last_) {
    sample.before = last_->at();
    sample.is_late = came_late((*last_)[sample_column::interval], sample.interval);
  }
  const auto stands_for =
    decide_reach(sample, breaks_ ? std::span{*breaks_} : std::span<const recording_break>{});
  if (stands_for.held_until && *stands_for.held_until - last_->at() <= longest_)
    // The column in which a pause begins shows the pause.
    put(*last_, number_of(last_->at(), step_) + 1,
        stands_for.is_held_by_stop ? number_of(std::nextafter(*stands_for.held_until, 0.0), step_)
                                   : number_of(*stands_for.held_until, step_) - 1,
        std::nullopt);
  const auto own = number_of(*time, step_);
  const bool is_whole = stands_for.since && sample.before && *stands_for.since <= *sample.before;
  if (is_last_first_of_run_ && is_whole && stands_for.lived <= longest_)
    supply(row, number_of(*stands_for.since, step_));
  if (stands_for.since && stands_for.lived <= longest_)
    // The column in which the time begins is of the sample before, unless a break lies between.
    put(row, std::min(own, number_of(*stands_for.since, step_) + (stands_for.is_after_break ? 0 : 1)), own,
        is_whole ? std::optional{stands_for.lived} : std::nullopt);
  else
    put(row, own, own, std::nullopt);
  if (stands_for.since && stands_for.lived > longest_ && stands_for.lived <= longest_regular)
    take_wide_step(*stands_for.since, row);
  else
    wide_.clear();
  last_ = row;
  is_last_first_of_run_ = stands_for.is_first_of_run;
}

void column_maker::supply(const sample_row& row, std::int64_t column) {
  auto& values = columns_[column].values;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto& value = row.values[i]; value && !values[i])
      values[i] = envelope{*value, *value};
}

void column_maker::put(const sample_row& row, std::int64_t first, std::int64_t last, std::optional<double> apart) {
  column_peak peak;
  peak.at = row.at();
  peak.apart = apart;
  for (std::size_t i = 0; i < stress_columns.size(); ++i)
    peak.stress[i] = row[stress_columns[i]];
  const auto own = number_of(row.at(), step_);
  for (auto i = first; i <= last; ++i) {
    if (i < own)
      i = std::min(own, behind_break(i));
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
