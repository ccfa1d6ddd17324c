// How a subcommand joins the program: one file each, which adds its options to the command line and,
// when it is the one chosen, leaves its work in `chosen`.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace pmactor {

/// The work of the chosen subcommand; returns the exit code.
using command = std::function<int()>;

/// Exit codes that every command shares.
inline constexpr int exit_fine = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

} // namespace pmactor
