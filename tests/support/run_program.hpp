// Runs the real program and collects what it says.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pmactor {

struct program_result {
  int exit_code = -1; ///< -1 if a signal ended it.
  int signal = 0;
  std::string out, err;
};

/// Runs `pmactor` with these arguments in this process's environment and waits for its end.
/// @param user switches to this user first, if above 0 and we are root.
/// @throws std::system_error if it cannot be started.
program_result run_program(const std::vector<std::string>& arguments, unsigned user = 0);

} // namespace pmactor
