#include "simulation/plant.hpp"

#include <stdexcept>

namespace pmactor::simulation {

const std::vector<known_bug>& known_bugs() {
  static const std::vector<known_bug> result{};
  return result;
}

bug make_bug(std::string_view name) {
  bug result;
  if (name.empty())
    return result;
  throw std::invalid_argument("no bug of this name is known");
}

} // namespace pmactor::simulation
