// `pmactor reload`: lets the daemon take up its changed settings.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_reload(CLI::App& program, command& chosen);

} // namespace pmactor
