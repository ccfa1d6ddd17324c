#include "app/top/choose_process_sample.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

const sample_row* choose_process_sample(std::span<const sample_row> earlier, std::span<const sample_row> later,
                                        const std::function<bool(std::int64_t)>& has_processes) {
  for (const auto& side : {earlier, later})
    for (const auto& x : side)
      if (has_processes(x.id))
        return &x;
  return nullptr;
}

bool begins_in_wide_column(const std::vector<top_event>& events, double moment, double step) {
  constexpr double same = 1e-3; // seconds
  return step > top_steps.front() && std::any_of(events.begin(), events.end(), [moment](const top_event& x) {
           return std::abs(x.from - moment) < same;
         });
}

} // namespace pmactor
