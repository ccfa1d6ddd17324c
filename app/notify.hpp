// `pmactor notify`: tries out how the user is told of things.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_notify(CLI::App& program, command& chosen);

} // namespace pmactor
