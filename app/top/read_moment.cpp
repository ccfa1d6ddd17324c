#include "app/top/read_moment.hpp"

#include "app/top/choose_process_sample.hpp"

#include <cmath>
#include <vector>

namespace pmactor {
namespace {

std::vector<sample_row> samples_of(history_reader& history, const sample_range& range) {
  std::vector<sample_row> result;
  history.samples(range, [&result](const sample_row& x) {
    result.push_back(x);
    return true;
  });
  return result;
}

} // namespace

moment_samples read_moment(history_reader& history, double since, double until) {
  sample_range range;
  range.since = since;
  range.until = until;
  range.order = sample_order::time;
  range.kept = lead_ups::beside_samples;
  range.limit = 1;
  moment_samples result;
  const auto newest = samples_of(history, range);
  if (newest.empty())
    return result;
  result.sample = newest[0];
  if (newest[0].id > 0) {
    result.stored = newest[0];
    return result;
  }
  range.kept = lead_ups::left_out;
  if (const auto stored = samples_of(history, range); !stored.empty())
    result.stored = stored[0];
  return result;
}

std::optional<sample_row> sample_with_processes(history_reader& history, double moment, double from, double until) {
  const auto has_processes = [&history](std::int64_t id) { return !history.processes(id).empty(); };
  sample_range range;
  range.order = sample_order::time;
  range.limit = 16;
  const auto before = std::nextafter(moment, moment + 1);
  range.until = before;
  range.since = from;
  const auto earlier = samples_of(history, range);
  range.since = before;
  range.until = until;
  range.newest_first = false;
  const auto later = samples_of(history, range);
  if (const auto* found = choose_process_sample(earlier, later, has_processes))
    return *found;
  range.since.reset();
  range.until = from;
  range.newest_first = true;
  const auto far = samples_of(history, range);
  const auto* found = choose_process_sample(far, {}, has_processes);
  return found != nullptr ? std::optional{*found} : std::nullopt;
}

std::optional<double> oldest_sample(history_reader& history) {
  sample_range range;
  range.order = sample_order::time;
  range.newest_first = false;
  range.limit = 1;
  const auto oldest = samples_of(history, range);
  return oldest.empty() ? std::nullopt : std::optional{oldest[0].at()};
}

} // namespace pmactor
