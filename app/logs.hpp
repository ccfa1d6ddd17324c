// `pmactor logs`: shows the daemon's log, from its end or from a moment on, and follows it.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_logs(CLI::App& program, command& chosen);

} // namespace pmactor
