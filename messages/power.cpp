#include "messages/power.hpp"

namespace pmactor {

std::string to_string(thermal_pressure x) {
  switch (x) {
    case thermal_pressure::nominal:
      return "Nominal";
    case thermal_pressure::moderate:
      return "Moderate";
    case thermal_pressure::heavy:
      return "Heavy";
    case thermal_pressure::trapping:
      return "Trapping";
    case thermal_pressure::sleeping:
      return "Sleeping";
  }
  return "?";
}

std::string to_string(const task_sample& x) {
  auto cpu = x.cpu_pct ? std::to_string(*x.cpu_pct) + " %" : std::string{"absent"};
  return "task_sample{" + std::to_string(x.pid) + ' ' + x.name + ", cpu " + cpu + '}';
}

std::string to_string(const power_sample& x) {
  auto cpu = x.cpu_pct ? std::to_string(*x.cpu_pct) + " %" : std::string{"absent"};
  return "power_sample{" + std::to_string(to_seconds(x.elapsed)) + " s, cpu " + cpu + ", "
         + std::to_string(x.tasks.size()) + " tasks}";
}

} // namespace pmactor
