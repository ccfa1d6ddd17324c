#include "actors/forensics_supervisor/collect_evidence.hpp"

#include "actors/host/process_facts.hpp"
#include "actors/host/start_process.hpp"

#include <cstddef>
#include <stdexcept>
#include <sys/sysctl.h>
#include <unistd.h>

namespace pmactor {

capture_platform host_platform() {
  return capture_platform::on_macos;
}

collected_evidence collect_evidence(const std::string& name, const capture_subject&,
                                    const std::string&, const std::function<bool()>&) {
  // All of macOS's artifacts are made by its own tools.
  throw std::runtime_error("cannot collect " + name + ": it is unknown here.");
}

std::vector<missing_artifact> find_missing(const std::vector<artifact_plan>& plan) {
  std::vector<missing_artifact> result;
  for (const auto& x : plan)
    if (find_program(x.command.at(0), program_path()).empty())
      result.push_back({x.name, x.command[0] + " is not installed"});
    else if (x.needs_root && ::geteuid() != 0)
      result.push_back({x.name, x.command[0] + " works for root alone"});
  return result;
}

counter_snapshot read_counter_snapshot() {
  return {read_clocks(), {}, {}};
}

std::optional<std::uint64_t> available_memory() {
  int percent = 0;
  std::uint64_t total = 0;
  std::size_t size = sizeof percent;
  if (::sysctlbyname("kern.memorystatus_level", &percent, &size, nullptr, 0) != 0)
    return std::nullopt;
  size = sizeof total;
  if (::sysctlbyname("hw.memsize", &total, &size, nullptr, 0) != 0)
    return std::nullopt;
  return total / 100 * static_cast<std::uint64_t>(percent);
}

} // namespace pmactor
