#include "app/top/decide_reach.hpp"

#include "app/top/top_state.hpp"
#include "app/views/outage_words.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace pmactor {

std::vector<recording_break> find_breaks(const std::vector<top_event>& events) {
  std::vector<recording_break> result;
  for (const auto& x : events) {
    const bool has_ended_run = x.kind == "outage" || x.kind == stop_kind;
    if (x.lasts || (!has_ended_run && x.kind != "pause" && x.kind != "sleep"))
      continue;
    if (!result.empty() && x.from <= result.back().to) {
      auto& last = result.back();
      if (has_ended_run && x.to >= last.to)
        last.ends_in_boot = x.is_of_machine;
      last.to = std::max(last.to, x.to);
      last.has_ended_run = last.has_ended_run || has_ended_run;
    } else {
      result.push_back({x.from, x.to, has_ended_run, x.kind == stop_kind, x.is_of_machine});
    }
  }
  return result;
}

sample_reach decide_reach(const sample_time& sample, std::span<const recording_break> breaks) {
  sample_reach result;
  if (sample.before && *sample.before >= sample.at)
    return result;
  const auto before = sample.before.value_or(-std::numeric_limits<double>::infinity());
  auto first = std::upper_bound(breaks.begin(), breaks.end(), before,
                                [](double at, const recording_break& x) { return at < x.to; });
  const auto end = std::lower_bound(first, breaks.end(), sample.at,
                                    [](const recording_break& x, double at) { return x.from < at; });
  if (first == end) {
    if (sample.before && !sample.is_late) {
      result.since = sample.before;
      result.lived = sample.at - *sample.before;
    }
    return result;
  }
  if (!sample.before) { // nothing is known of what was before the last break
    first = std::prev(end);
  } else if ((!first->has_ended_run || first->is_ordered) && first->from > before) {
    result.held_until = first->from;
    result.is_held_by_stop = first->is_ordered;
  }
  if (std::prev(end)->to >= sample.at) // taken within it
    return result;
  const auto after_run = std::find_if(std::make_reverse_iterator(end), std::make_reverse_iterator(first),
                                      [](const recording_break& x) { return x.has_ended_run; })
                           .base();
  if (after_run != first) { // one of them ended a run, the last such is the one in front of this place
    const auto& last_run = *std::prev(after_run);
    result.since = last_run.ends_in_boot ? std::max(last_run.to, sample.at - sample.interval.value_or(0)) : last_run.to;
    result.is_first_of_run = true;
    first = after_run;
  } else {
    result.since = first->to;
    ++first;
  }
  result.is_after_break = true;
  result.lived = sample.at - *result.since;
  for (; first != end; ++first)
    result.lived -= std::max(0.0, first->to - std::max(first->from, *result.since));
  return result;
}

} // namespace pmactor
