#include "actors/powermetrics_reader/default_command.hpp"

namespace pmactor {

std::vector<std::string> default_command(std::chrono::nanoseconds interval) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(interval).count();
#if defined(__aarch64__)
  const char* samplers = "tasks,battery,network,disk,interrupts,cpu_power,thermal,gpu_power,ane_power";
#else
  const char* samplers
    = "tasks,battery,network,disk,interrupts,cpu_power,thermal,gpu_power,gpu_agpm_stats,smc";
#endif
  return {"/usr/bin/sudo", "-n", "/usr/bin/powermetrics", "-f", "plist", "-b", "0",
          "--handle-invalid-values", "--show-process-io", "--samplers", samplers, "-i",
          std::to_string(ms)};
}

} // namespace pmactor
