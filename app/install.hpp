// `pmactor install`: makes the daemon a service that is there after each boot or login.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_install(CLI::App& program, command& chosen);

} // namespace pmactor
