// `pmactor enable`: switches jobs of the daemon on while it runs.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_enable(CLI::App& program, command& chosen);

} // namespace pmactor
