#include "app/history/find_gaps.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace pmactor {
namespace {

/// Seconds from one sample to the next by the default settings, and as much as one may come later.
constexpr double usual_step = 6.5;
/// So many steps before and after one tell whether it is regular.
constexpr std::size_t reach = 3;

double slack_of(double step) {
  return std::max(2.0, step / 4);
}

/// @returns whether another step nearby is as long as this one or, as where the interval changes, at least as long as
/// this one and like a third.
bool is_regular(const std::vector<double>& steps, std::size_t at) {
  const auto first = at - std::min(at, reach), last = std::min(steps.size() - 1, at + reach);
  for (auto i = first; i <= last; ++i) {
    if (steps[i] + slack_of(steps[i]) < steps[at])
      continue;
    for (auto k = first; k <= last; ++k)
      if (k != i && std::abs(steps[k] - steps[i]) <= slack_of(steps[i]))
        return true;
  }
  return false;
}

} // namespace

std::vector<bool> find_gaps(std::span<const double> times) {
  std::vector<bool> result(times.size(), false);
  std::vector<double> steps;
  for (std::size_t i = 1; i < times.size(); ++i)
    steps.push_back(times[i] - times[i - 1]);
  for (std::size_t i = 0; i < steps.size(); ++i)
    result[i + 1] = steps[i] > usual_step && !is_regular(steps, i);
  return result;
}

} // namespace pmactor
