#include "app/history/merge_steps.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using column = sample_column;

/// The worst stress is that of one second, with its parts; the latest is that of each.
void lift(sample_row& step, const sample_row& kept) {
  constexpr auto first_of_stress = static_cast<std::size_t>(column::stress_total),
                 first_late = static_cast<std::size_t>(column::late_beat);
  static_assert(first_of_stress < first_late);
  if (kept[column::stress_total].value_or(-1) > step[column::stress_total].value_or(-1))
    std::copy(kept.values.begin() + first_of_stress, kept.values.begin() + first_late,
              step.values.begin() + first_of_stress);
  for (auto i = first_late; i < step.values.size(); ++i)
    step.values[i] = std::max(step.values[i], kept.values[i]);
}

} // namespace

bool step_merger::add(sample_row step, const taker& take) {
  for (; next_ < kept_.size() && kept_[next_].at() <= step.at(); ++next_)
    if (kept_[next_].at() == step.at())
      lift(step, kept_[next_]);
    else if (!take(kept_[next_]))
      return false;
  return take(step);
}

bool step_merger::finish(const taker& take) {
  for (; next_ < kept_.size(); ++next_)
    if (!take(kept_[next_]))
      return false;
  return true;
}

} // namespace pmactor
