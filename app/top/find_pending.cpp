#include "app/top/find_pending.hpp"

#include "app/explain/explain_span.hpp"
#include "app/top/summarize_columns.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

bool contains(std::span<const column_range> ranges, std::int64_t number) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [number](const column_range& x) { return number >= x.first && number <= x.last; });
}

std::vector<column_range> find_pending(double newest, double now, double longest, double step,
                                       std::span<const recording_break> breaks, std::optional<double> last_sign) {
  std::vector<column_range> result;
  // What it saw up to then is still to come, however long it has been held up since.
  const auto end = last_sign ? std::min(now, *last_sign) : now;
  auto first = column_maker::number_of(newest, step) + 1;
  auto since = newest, due_from = newest; // behind a break; without the time in breaks
  const auto add = [&](std::int64_t last) {
    if (first <= last)
      result.push_back({first, last});
  };
  auto x = std::upper_bound(breaks.begin(), breaks.end(), newest,
                            [](double time, const recording_break& one) { return time < one.to; });
  for (; x != breaks.end() && x->from < end; ++x) {
    // As the column_maker fills them: where a stop begins, and where any break ends.
    if (!x->has_ended_run || x->is_ordered)
      add(column_maker::number_of(x->is_ordered ? std::nextafter(x->from, 0.0) : x->from, step) - (x->is_ordered ? 0 : 1));
    due_from = x->has_ended_run ? x->to : due_from + x->to - std::max(since, x->from);
    since = x->to;
    first = std::max(first, column_maker::number_of(since, step));
  }
  if (newest > end || is_overdue(due_from, end, longest))
    return {};
  add(column_maker::number_of(end, step) - (last_sign ? 1 : 0));
  return result;
}

} // namespace pmactor
