#include "simulation/plan_shrinker.hpp"

#include <algorithm>
#include <ctime>
#include <numeric>

namespace pmactor::simulation {

shrunk_plan shrink_plan(simulation_options options, const simulation_outcome& broken,
                        std::chrono::seconds patience) {
  const auto whole = options.faults ? *options.faults : make_plan(options.seed, options.length);
  shrunk_plan result;
  // What came after it had no part in it.
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (whole[i].at <= broken.at)
      result.kept.push_back(i);
  const auto until = std::clock() + patience.count() * CLOCKS_PER_SEC;
  const auto still_breaks = [&](const std::vector<std::size_t>& numbers) {
    plan some;
    for (const auto i : numbers)
      some.push_back(whole[i]);
    options.faults = some;
    ++result.attempts;
    return simulate(options).broken == broken.broken;
  };
  for (auto part = std::max<std::size_t>(1, result.kept.size() / 2); std::clock() < until;) {
    bool cut = false;
    for (std::size_t begin = 0; begin < result.kept.size() && std::clock() < until;) {
      auto fewer = result.kept;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(part, fewer.size() - begin)));
      if (still_breaks(fewer)) {
        result.kept = fewer;
        cut = true;
      } else {
        begin += part;
      }
    }
    if (part == 1 && !cut)
      break;
    part = std::max<std::size_t>(1, part / 2);
  }
  for (const auto i : result.kept)
    result.faults.push_back(whole[i]);
  return result;
}

} // namespace pmactor::simulation
