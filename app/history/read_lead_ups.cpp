#include "app/history/read_lead_ups.hpp"

#include "app/history/merge_steps.hpp"
#include "app/views/render_samples.hpp"

#include <algorithm>

namespace pmactor {

std::vector<sample_row> steps_of_lead_ups(history_reader& history, sample_range range, double step) {
  std::vector<sample_row> result;
  step_summary summary{step};
  range.kept = lead_ups::alone;
  range.order = sample_order::time;
  history.samples(range, [&](const sample_row& row) {
    if (auto done = summary.add(row))
      result.push_back(*done);
    return true;
  });
  if (auto done = summary.finish())
    result.push_back(*done);
  return result;
}

std::vector<sample_row> with_lead_ups(history_reader& history, sample_range range, std::vector<sample_row> newest) {
  range.kept = lead_ups::alone;
  range.order = sample_order::time;
  range.newest_first = true;
  if (!newest.empty())
    range.since = std::max(range.since.value_or(newest.back().at()), newest.back().at());
  std::vector<sample_row> kept;
  history.samples(range, [&kept](const sample_row& row) {
    kept.push_back(row);
    return true;
  });
  if (kept.empty())
    return newest;
  std::reverse(kept.begin(), kept.end());
  step_merger merger{std::move(kept)};
  std::vector<sample_row> result;
  const auto take = [&result](const sample_row& row) {
    result.push_back(row);
    return true;
  };
  for (auto row = newest.rbegin(); row != newest.rend(); ++row)
    merger.add(*row, take);
  merger.finish(take);
  std::reverse(result.begin(), result.end());
  if (range.limit > 0 && result.size() > range.limit)
    result.resize(range.limit);
  return result;
}

} // namespace pmactor
