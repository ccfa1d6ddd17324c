// `pmactor status`: whether the daemon runs and how the machine is, without the daemon's help.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_status(CLI::App& program, command& chosen);

} // namespace pmactor
