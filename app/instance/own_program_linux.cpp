#include "app/instance/own_program.hpp"

namespace pmactor {

std::filesystem::path own_program() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

} // namespace pmactor
