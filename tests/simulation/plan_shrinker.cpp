#include "simulation/plan_shrinker.hpp"

#include <algorithm>
#include <ctime>

namespace pmactor::simulation {

shrunk_plan shrink_plan(simulation_options options, const simulation_outcome& broken,
                        std::chrono::seconds patience) {
  shrunk_plan result;
  result.faults = options.faults ? *options.faults : make_plan(options.seed, options.length);
  // What came after it had no part in it.
  std::erase_if(result.faults, [&broken](const fault& x) { return x.at > broken.at; });
  const auto until = std::clock() + patience.count() * CLOCKS_PER_SEC;
  const auto still_breaks = [&](const plan& some) {
    options.faults = some;
    ++result.attempts;
    return simulate(options).broken == broken.broken;
  };
  for (auto part = std::max<std::size_t>(1, result.faults.size() / 2); std::clock() < until;) {
    bool cut = false;
    for (std::size_t begin = 0; begin < result.faults.size() && std::clock() < until;) {
      auto fewer = result.faults;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(part, fewer.size() - begin)));
      if (still_breaks(fewer)) {
        result.faults = fewer;
        cut = true;
      } else {
        begin += part;
      }
    }
    if (part == 1 && !cut)
      break;
    part = std::max<std::size_t>(1, part / 2);
  }
  return result;
}

} // namespace pmactor::simulation
