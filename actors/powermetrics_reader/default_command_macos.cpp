#include "actors/powermetrics_reader/default_command.hpp"

#include "actors/powermetrics_reader/compose_command.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <mach-o/dyld.h>
#include <sys/sysctl.h>
#include <unistd.h>

namespace pmactor {

std::vector<std::string> default_command(std::chrono::nanoseconds interval, bool by_coalition) {
  mac_facts mac;
  // Asked of the machine and not of the compiler: Apple Silicon runs programs for Intel too.
  std::int32_t is_apple = 0;
  auto size = sizeof is_apple;
  if (::sysctlbyname("hw.optional.arm64", &is_apple, &size, nullptr, 0) != 0 || is_apple == 0)
    mac.kind = mac_facts::processor::intel;
  mac.is_root = ::geteuid() == 0;
  return powermetrics_command(mac, interval, by_coalition);
}

std::vector<std::string> fallback_command(std::chrono::nanoseconds interval) {
  std::array<char, 4096> self{};
  auto size = static_cast<std::uint32_t>(self.size());
  if (::geteuid() == 0 || ::_NSGetExecutablePath(self.data(), &size) != 0)
    return {};
  const auto ms = std::max<std::int64_t>(1, std::chrono::round<std::chrono::milliseconds>(interval).count());
  return {self.data(), "sample", "-i", std::to_string(ms), "-f", "plist"};
}

} // namespace pmactor
