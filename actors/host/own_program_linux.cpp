#include "actors/host/own_program.hpp"

#include <system_error>

namespace pmactor {

std::filesystem::path own_program() {
  const std::filesystem::path link = "/proc/self/exe";
  std::error_code problem;
  auto named = std::filesystem::read_symlink(link, problem);
  // As the kernel marks a file that has lost its name, in memory: a look at the file could wait for its disk for ever.
  return problem || named.native().ends_with(" (deleted)") ? link : named;
}

} // namespace pmactor
