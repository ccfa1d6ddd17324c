// How a subcommand joins the program: one file each, which adds its options to the command line and,
// when it is the one chosen, leaves its work in `chosen`.
#pragma once

#include "app/command_line/exit_codes.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>

namespace pmactor {

/// The work of the chosen subcommand; returns the exit code.
using command = std::function<int()>;

/// Leaves *work* on these options in *chosen* when the verb is the one on the command line.
template <class Options>
void run_when_chosen(CLI::App& verb, command& chosen, std::shared_ptr<Options> options,
                     int (*work)(const Options&)) {
  verb.callback([options, work, &chosen] { chosen = [options, work] { return work(*options); }; });
}

} // namespace pmactor
