#include "actors/black_box/outage_cause.hpp"

#include <array>

namespace pmactor {
namespace {

constexpr std::array<const char*, outage_causes> names{
  "shutdown",      "reboot",     "daemon_stopped", "upgraded",   "crashed",
  "killed",        "oom_killed", "panic",          "watchdog",   "power_loss",
  "battery_empty", "reset",      "host_killed",    "unexplained"};

} // namespace

std::string to_string(outage_cause x) {
  return names[static_cast<std::size_t>(x)];
}

std::optional<outage_cause> outage_cause_from(std::string_view name) {
  for (std::size_t i = 0; i < outage_causes; ++i)
    if (name == names[i])
      return static_cast<outage_cause>(i);
  return std::nullopt;
}

bool is_of_machine(outage_cause x) {
  return x == outage_cause::shutdown || x == outage_cause::reboot || x >= outage_cause::panic;
}

bool is_mishap(outage_cause x) {
  return x >= outage_cause::crashed;
}

} // namespace pmactor
