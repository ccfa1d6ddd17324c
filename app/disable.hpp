// `pmactor disable`: switches jobs of the daemon off while it runs.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_disable(CLI::App& program, command& chosen);

} // namespace pmactor
