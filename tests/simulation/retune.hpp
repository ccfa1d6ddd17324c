// What a user may change in the settings while the daemon runs.
#pragma once

#include "app/settings/settings.hpp"
#include "simulation/dice.hpp"

namespace pmactor::simulation {

/// @returns these settings with some of their values changed to others that a user may choose.
settings retuned(settings x, dice d);

} // namespace pmactor::simulation
