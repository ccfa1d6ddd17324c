// `pmactor prune`: removes what is older than it need be kept, now.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_prune(CLI::App& program, command& chosen);

} // namespace pmactor
