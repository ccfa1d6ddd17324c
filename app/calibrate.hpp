// `pmactor calibrate`: suggests thresholds from what this machine has shown so far.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_calibrate(CLI::App& program, command& chosen);

} // namespace pmactor
