// How the program explains itself: `--help` of each command within the width of the terminal, and
// one sentence for a command line that makes no sense.
#pragma once

#include <CLI/CLI.hpp>

namespace pmactor {

/// Gives the program and its subcommands, which must all be added, their help and their complaints.
/// The subcommands are listed by what they are for.
void format_help(CLI::App& program);

} // namespace pmactor
