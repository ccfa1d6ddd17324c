#include "app/history/find_gaps.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

std::optional<double> find_regular_step(std::span<const double> run, std::size_t at) {
  // Fewer alike may be chance: two stops of the daemon as long as each other.
  constexpr std::ptrdiff_t enough = 3;
  const auto first = at - std::min(at, step_reach);
  const auto around = run.subspan(first, std::min(run.size(), at + step_reach + 1) - first);
  for (const auto step : around)
    if (step + step_slack >= run[at]
        && std::count_if(around.begin(), around.end(), [step](double x) { return std::abs(x - step) <= step_slack; })
             >= enough)
      return step;
  return std::nullopt;
}

bool is_across_hole(double from, double to, const std::pair<double, double>& hole) {
  constexpr double shortest = 0.5;
  const auto length = hole.second - hole.first;
  return length > shortest && std::min(to, hole.second) - std::max(from, hole.first) > length / 2;
}

std::vector<bool> find_gaps(std::span<const double> times) {
  std::vector<bool> result(times.size(), false);
  for (std::size_t i = 1; i < times.size();) {
    std::vector<double> run;
    const auto begin = i;
    for (; i < times.size() && is_overdue(times[i - 1], times[i], usual_step + step_slack); ++i)
      run.push_back(times[i] - times[i - 1]);
    for (std::size_t k = 0; k < run.size(); ++k)
      result[begin + k] = !find_regular_step(run, k);
    if (run.empty())
      ++i;
  }
  return result;
}

} // namespace pmactor
