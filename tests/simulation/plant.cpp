#include "simulation/plant.hpp"

#include "simulation/plant_tools.hpp"

#include <stdexcept>

namespace pmactor::simulation {

const std::vector<bug>& known_bugs() {
  static const auto result = [] {
    std::vector<bug> all;
    add_bugs_of_seconds(all);
    add_bugs_of_pauses(all);
    add_bugs_of_stalls(all);
    add_bugs_of_people(all);
    add_bugs_of_the_house(all);
    return all;
  }();
  return result;
}

bug find_bug(std::string_view name) {
  if (name.empty())
    return {};
  for (const auto& x : known_bugs())
    if (x.name == name)
      return x;
  throw std::invalid_argument("no bug \"" + std::string{name} + "\" is known; --check-oracle lists them");
}

} // namespace pmactor::simulation
