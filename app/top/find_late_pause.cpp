#include "app/top/find_late_pause.hpp"

#include <algorithm>

namespace pmactor {

const recording_break* find_late_pause(double since, double at, double late, std::span<const recording_break> breaks) {
  constexpr double least = 0.1; // seconds: less is none of a pause
  if (late < least)
    return nullptr;
  const recording_break* result = nullptr;
  auto x = std::upper_bound(breaks.begin(), breaks.end(), since,
                            [](double time, const recording_break& one) { return time < one.to; });
  for (; x != breaks.end() && x->from < at; ++x)
    if (x->has_ended_run)
      result = nullptr;
    else if (result == nullptr || x->to - x->from > result->to - result->from)
      result = &*x;
  return result;
}

} // namespace pmactor
