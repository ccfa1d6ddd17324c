#include "app/top/choose_process_sample.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {
namespace {

constexpr double same = 1e-3; // seconds

} // namespace

std::optional<double> time_of_figures(const time_columns& columns, double moment, double step) {
  const auto found = columns.find(column_maker::number_of(moment, step));
  return found != columns.end() && found->second.peak ? std::optional{found->second.peak->at} : std::nullopt;
}

bool are_of_another(const std::optional<double>& figures, const std::optional<double>& processes) {
  return processes && (!figures || std::abs(*figures - *processes) >= same);
}

const sample_row* choose_process_sample(std::span<const sample_row> earlier, std::span<const sample_row> later,
                                        const std::function<bool(std::int64_t)>& has_processes) {
  for (const auto& side : {earlier, later})
    for (const auto& x : side)
      if (has_processes(x.id))
        return &x;
  return nullptr;
}

bool begins_in_wide_column(const std::vector<top_event>& events, double moment, double step) {
  return step > top_steps.front() && std::any_of(events.begin(), events.end(), [moment](const top_event& x) {
           return std::abs(x.from - moment) < same;
         });
}

} // namespace pmactor
