// `pmactor selftest`: measured truth on this host. Gives a private daemon real pauses of known length and
// compares them with what it finds.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_selftest(CLI::App& program, command& chosen);

} // namespace pmactor
