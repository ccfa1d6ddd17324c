#include "app/top/recall_units.hpp"

#include "app/views/event_values.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace pmactor {

void recall_units(std::vector<top_process>& processes, const std::string& blame) {
  constexpr double about_the_same = 5; // seconds: the clock may have been set a little in between
  for (const auto& doer : list_at(parsed(blame), "doers")) {
    const auto unit = text_at(doer, "unit");
    const auto pid = number_at(doer, "pid"), start = number_at(doer, "start_time");
    if (unit.empty() || !pid || !start)
      continue;
    for (auto& x : processes)
      if (x.unit.empty() && static_cast<double>(x.sample.pid) == *pid && x.sample.start_time
          && std::abs(*x.sample.start_time - *start) <= about_the_same)
        x.unit = unit;
  }
}

} // namespace pmactor
