// The subcommands that look back, as those of commands.hpp.
#pragma once

#include "app/command_line/command.hpp"

namespace pmactor {

/// Whether anything held the machine up at some time, and what.
void add_explain(CLI::App& program, command& chosen);
/// What repeats among the events.
void add_patterns(CLI::App& program, command& chosen);
/// A live view of the machine, through which one goes back in time.
void add_top(CLI::App& program, command& chosen);

} // namespace pmactor
