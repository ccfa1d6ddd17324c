// `pmactor run`: the daemon in the foreground.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_run(CLI::App& program, command& chosen);

} // namespace pmactor
