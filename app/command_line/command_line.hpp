// The whole command line: what the program is called, every subcommand, and how they explain
// themselves.
#pragma once

#include "app/command_line/command.hpp"

#include <string>

namespace pmactor {

/// @param chosen is set by parsing a line that is understood; nothing is done before it is called.
/// @param version what `--version` says of the program.
void add_commands(CLI::App& program, command& chosen, const std::string& version = PMACTOR_VERSION);

/// Gives the program and its subcommands, which must all be added, their `--help` within the width
/// of the terminal, and one sentence for a command line that makes no sense.
void format_help(CLI::App& program);

} // namespace pmactor
