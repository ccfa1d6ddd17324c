// `pmactor inspect`: how the daemon and each of its actors is, also when it is stuck, stopped or
// killed.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_inspect(CLI::App& program, command& chosen);

} // namespace pmactor
