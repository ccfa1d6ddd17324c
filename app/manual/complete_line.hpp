// What may follow on a command line, for the completions of shells: from the same tree of commands as `--help`. Pure.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace pmactor {

struct completion {
  std::string word; ///< ":file" or ":folder": whatever the shell has of these.
  std::string about;
  friend bool operator==(const completion&, const completion&) = default;
};

/// What only the data knows. Asked for when it is wanted.
struct completion_sources {
  std::function<std::vector<completion>()> events; ///< By their numbers.
  std::function<std::vector<completion>()> roles;
};

/// @param words as typed, without the program; the last one is the one that is being typed, and may be empty.
/// @returns what it may become.
std::vector<completion> complete_line(const CLI::App& program, const std::vector<std::string>& words,
                                      const completion_sources& sources);

} // namespace pmactor
