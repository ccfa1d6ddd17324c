#include "actors/host/parse_numbers.hpp"
#include "actors/kernel_log/device_reports.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pmactor {
namespace {

/// The values that matter here; views into the message.
struct uevent {
  std::string_view action, path, subsystem, wedged, name, event, temperature, supply, health, level,
    status;
};

uevent parse(std::string_view message) {
  uevent result;
  const std::array<std::pair<std::string_view, std::string_view*>, 11> known{{
    {"ACTION=", &result.action},
    {"DEVPATH=", &result.path},
    {"SUBSYSTEM=", &result.subsystem},
    {"WEDGED=", &result.wedged},
    {"NAME=", &result.name},
    {"EVENT=", &result.event},
    {"TEMP=", &result.temperature},
    {"POWER_SUPPLY_NAME=", &result.supply},
    {"POWER_SUPPLY_HEALTH=", &result.health},
    {"POWER_SUPPLY_CAPACITY_LEVEL=", &result.level},
    {"POWER_SUPPLY_STATUS=", &result.status},
  }};
  while (!message.empty()) {
    const auto end = std::min(message.find('\0'), message.size());
    const auto one = message.substr(0, end);
    for (const auto& [key, to] : known)
      if (one.starts_with(key))
        *to = one.substr(key.size());
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  return result;
}

std::string_view last_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// @returns the device in front of a folder of its path: "0000:03:00.0" of
/// "…/0000:03:00.0/drm/card0".
std::string_view owner_of(std::string_view path, std::string_view folder) {
  const auto at = path.find(folder);
  return at == std::string_view::npos ? std::string_view{} : last_of(path.substr(0, at));
}

incident_line line_of(const char* rule, incident_kind kind, int weight, std::string_view device,
                      std::string says) {
  incident_line result;
  result.rule = rule;
  result.kind = kind;
  result.weight = weight;
  result.device = std::string{device.substr(0, 64)};
  result.says = std::move(says);
  return result;
}

std::string text(std::string_view x) {
  return std::string{x.substr(0, 64)};
}

} // namespace

std::optional<incident_line> match_uevent(std::string_view message) {
  const auto x = parse(message);
  if (x.subsystem == "drm" && !x.wedged.empty()) {
    const auto device = owner_of(x.path, "/drm/");
    return line_of("uevent-wedged", incident_kind::graphics, 9, device,
                   "the GPU " + text(device.empty() ? last_of(x.path) : device)
                     + (x.wedged == "none" ? " hung, and its driver recovered it"
                                           : " is stuck: its driver asks for " + text(x.wedged)));
  }
  if (x.subsystem == "devcoredump" && x.action == "add")
    return line_of("uevent-devcoredump", incident_kind::hardware, 6, {},
                   "a driver saved the state of a device that had failed (" + text(last_of(x.path))
                     + ')');
  if (x.subsystem == "thermal") {
    // A zone announces each trip that it passes, most of which only start a fan.
    constexpr std::uint64_t passed = 2, hot = 95'000;
    std::uint64_t event = 0, millidegrees = 0;
    auto number = x.event, temperature = x.temperature;
    if (take_number(number, event) && event == passed && take_number(temperature, millidegrees)
        && millidegrees >= hot && millidegrees < 1'000'000)
      return line_of("uevent-thermal", incident_kind::thermal, 5, x.name,
                     text(x.name) + " was at " + std::to_string(millidegrees / 1000) + " °C");
  }
  if (x.subsystem == "power_supply" && x.action == "change") {
    for (const char* bad : {"Overheat", "Dead", "Over voltage", "Over current",
                            "Unspecified failure", "Watchdog timer expire", "Safety timer expire"})
      if (x.health == bad)
        return line_of("uevent-supply", incident_kind::power, 6, x.supply,
                       "the power supply " + text(x.supply) + " reports: " + bad);
    if (x.level == "Critical" && x.status == "Discharging")
      return line_of("uevent-battery", incident_kind::power, 5, x.supply,
                     "the battery " + text(x.supply) + " was nearly empty");
  }
  return std::nullopt;
}

} // namespace pmactor
