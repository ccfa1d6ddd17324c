#include "messages/sample.hpp"

#include <algorithm>

namespace pmactor {

double stress_score::total() const {
  const auto sum = load.value_or(0) + memory.value_or(0) + thermal.value_or(0) + latency.value_or(0)
                   + io.value_or(0);
  return std::min(100.0, sum);
}

std::size_t footprint(const scored_sample& x) {
  constexpr std::size_t within = 15; // what a std::string holds without asking for memory
  auto result = sizeof x + x.processes.capacity() * sizeof(process_sample);
  for (const auto& process : x.processes)
    for (const auto* text : {&process.name, &process.waits_in})
      result += text->capacity() > within ? text->capacity() : 0;
  return result;
}

bool shed_details(scored_sample& x) {
  if (x.processes.empty())
    return false;
  std::vector<process_sample>{}.swap(x.processes);
  return true;
}

std::string to_string(const system_sample& x) {
  return "system_sample{tick " + std::to_string(x.tick) + ", "
         + std::to_string(to_seconds(x.interval)) + " s}";
}

std::string to_string(const process_sample& x) {
  return "process_sample{" + std::to_string(x.pid) + ' ' + x.name + (x.is_suspect ? ", suspect}" : "}");
}

std::string to_string(const stress_score& x) {
  auto part = [](const char* name, const std::optional<double>& points) {
    return std::string{", "} + name + ' ' + (points ? std::to_string(*points) : "absent");
  };
  return "stress_score{" + std::to_string(x.total()) + part("load", x.load)
         + part("memory", x.memory) + part("thermal", x.thermal) + part("latency", x.latency)
         + part("io", x.io) + '}';
}

std::string to_string(const scored_sample& x) {
  return "scored_sample{" + to_string(x.system) + ", " + to_string(x.stress) + ", "
         + to_string(x.late) + ", " + std::to_string(x.processes.size()) + " processes}";
}

} // namespace pmactor
