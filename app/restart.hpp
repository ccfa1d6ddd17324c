// `pmactor restart`: ends the daemon and starts it again.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_restart(CLI::App& program, command& chosen);

} // namespace pmactor
