#include "actors/powermetrics_reader/default_command.hpp"

#include "actors/host/own_program.hpp"

namespace pmactor {

std::vector<std::string> default_command(std::chrono::nanoseconds interval, bool) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(interval).count();
  return {own_program().string(), "sample", "-i", std::to_string(ms), "-f", "plist"};
}

std::vector<std::string> fallback_command(std::chrono::nanoseconds) {
  return {};
}

} // namespace pmactor
