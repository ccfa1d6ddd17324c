// `pmactor start`: starts the daemon in the background.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_start(CLI::App& program, command& chosen);

} // namespace pmactor
