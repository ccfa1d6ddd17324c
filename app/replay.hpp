// `pmactor replay FILE…`: what the daemon would have made of a recorded powermetrics stream.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_replay(CLI::App& program, command& chosen);

} // namespace pmactor
