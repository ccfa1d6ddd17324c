// How a command explains itself, in its `--help` and in its manual page.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace pmactor {

/// @returns the options that a part of a command takes over from the whole of it: those in no group of their own.
std::vector<const CLI::Option*> shared_options(const CLI::App& part);

/// @returns what a check says of the values that pass it: "from 0 to 3600"; empty if it says nothing.
std::string range_of(const CLI::Option& option);
/// @returns the words that the option takes; empty if it takes any.
std::vector<std::string> choices_of(const CLI::Option& option);

/// @returns "pmactor events show".
std::string full_name(const CLI::App& app);

} // namespace pmactor
