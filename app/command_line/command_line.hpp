// The whole command line: what the program is called and every subcommand.
#pragma once

#include "app/command_line/command.hpp"

namespace pmactor {

/// @param chosen is set by parsing a line that is understood; nothing is done before it is called.
void add_commands(CLI::App& program, command& chosen);

} // namespace pmactor
