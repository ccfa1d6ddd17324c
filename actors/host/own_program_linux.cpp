#include "actors/host/own_program.hpp"

#include <system_error>

namespace pmactor {

std::filesystem::path own_program() {
  const std::filesystem::path link = "/proc/self/exe";
  std::error_code problem;
  const auto named = std::filesystem::read_symlink(link, problem);
  return !problem && std::filesystem::exists(named, problem) ? named : link;
}

} // namespace pmactor
