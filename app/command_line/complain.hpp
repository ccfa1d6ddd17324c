// One sentence for a command line that makes no sense, with what may be meant.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace pmactor {

/// @returns the sentence, with a line feed, safe for a terminal.
/// @param program after it has refused the line with *error*.
std::string complaint(const CLI::App* program, const CLI::Error& error);

/// @returns the command whose part is missing: the line ends where one must follow. Null if that is not what is wrong.
const CLI::App* command_without_part(const CLI::App& program);

} // namespace pmactor
