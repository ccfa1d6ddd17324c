// `pmactor uninstall`: removes the service, and what the daemon kept.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_uninstall(CLI::App& program, command& chosen);

} // namespace pmactor
