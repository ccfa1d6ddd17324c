// `pmactor config`: shows and checks the settings without starting anything.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_config(CLI::App& program, command& chosen);

} // namespace pmactor
