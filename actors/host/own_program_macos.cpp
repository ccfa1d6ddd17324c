#include "actors/host/own_program.hpp"

#include <array>
#include <cstdint>
#include <mach-o/dyld.h>
#include <stdexcept>

namespace pmactor {

std::filesystem::path own_program() {
  std::array<char, 4096> path{};
  auto size = static_cast<std::uint32_t>(path.size());
  if (::_NSGetExecutablePath(path.data(), &size) != 0)
    throw std::runtime_error("Cannot find out where this program lies; its path is too long.");
  return std::filesystem::canonical(path.data());
}

} // namespace pmactor
