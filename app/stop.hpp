// `pmactor stop`: ends the daemon.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_stop(CLI::App& program, command& chosen);

} // namespace pmactor
