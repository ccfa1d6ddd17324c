#include "app/top/summarize_columns.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

std::int64_t column_maker::number_of(double time, double step) {
  constexpr double beyond = 1e15;
  return static_cast<std::int64_t>(std::floor(std::clamp(time / step, -beyond, beyond)));
}

void column_maker::add(const sample_row& row) {
  const auto time = row[sample_column::timestamp];
  if (!time)
    return;
  const auto last = number_of(*time, step_);
  auto first = last;
  if (last_ && *time > *last_ && *time - *last_ <= longest_)
    first = std::min(last, number_of(*last_, step_) + 1);
  last_ = time;
  for (auto i = first; i <= last; ++i) {
    auto& column = columns_[i];
    column.is_recorded = true;
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
