// Switches jobs of the daemon on and off while it runs: what `enable` and `disable` share.
#pragma once

#include "app/command.hpp"

namespace pmactor {

/// Adds `pmactor enable` or `pmactor disable`, which leaves its work in *chosen*.
void add_switch(CLI::App& program, command& chosen, const char* verb, bool on);

} // namespace pmactor
