// Finds the few faults of a plan that matter: leaves out what it can while the same promise is broken.
#pragma once

#include "simulation/simulate.hpp"

#include <cstddef>
#include <vector>

namespace pmactor::simulation {

struct shrunk_plan {
  plan faults;
  unsigned attempts = 0;
};

/// @param broken what the full plan breaks.
/// @param patience in CPU time; what is left then may hold more than it must.
shrunk_plan shrink_plan(simulation_options options, const simulation_outcome& broken,
                        std::chrono::seconds patience);

} // namespace pmactor::simulation
