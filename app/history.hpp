// `pmactor history`: what was stored, as a table, as CSV or as JSON.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_history(CLI::App& program, command& chosen);

} // namespace pmactor
