// What a command that acts on the daemon came to, told to a person or to a program.
#pragma once

#include "app/command_line/command.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace pmactor {

struct outcome {
  int code = exit_fine;              ///< The exit code; 0 is success.
  std::string message;               ///< A sentence or two. Escape it: it may hold paths and names.
  std::optional<std::int64_t> pid{}; ///< Of the daemon that it is about.
};

/// Tells the outcome: success on stdout, failure on stderr; with *json* a document on stdout.
/// @returns its exit code.
int tell(const outcome& what, bool json);

} // namespace pmactor
