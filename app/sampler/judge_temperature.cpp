#include "app/sampler/judge_temperature.hpp"

#include "actors/host/parse_numbers.hpp"
#include "messages/lowered.hpp"

#include <algorithm>
#include <cstdint>

namespace pmactor {
namespace {

/// Best first. Within a rank the hottest counts: one package of two, one core of many.
enum rank : int {
  none,
  by_label,
  by_zone,
  acpi_zone,
  package_zone,
  unlabelled,
  part,
  offset_die,
  die
};

bool is_one_of(std::string_view x, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), x) != all.end();
}

bool equals_ignoring_case(std::string_view x, std::string_view lower) {
  return x.size() == lower.size()
         && std::equal(x.begin(), x.end(), lower.begin(), [](char a, char b) {
              return lowered(a) == b;
            });
}

} // namespace

int rank_cpu_sensor(std::string_view driver, std::string_view label) {
  // Drivers of sensors within the CPU.
  if (is_one_of(driver, {"coretemp", "k10temp", "zenpower", "k8temp", "via_cputemp"})) {
    if (label.starts_with("Package id") || label == "Tdie")
      return die;
    if (label == "Tctl")
      return offset_die;                      // it may carry an offset for the fan
    return label.empty() ? unlabelled : part; // a core, a die of several
  }
  // Zones of the kernel and of the firmware.
  if (driver == "x86_pkg_temp")
    return package_zone;
  if (is_one_of(driver, {"TCPU", "B0D4"})) // Intel's names for the CPU in ACPI
    return acpi_zone;
  for (const std::string_view start :
       {"cpu_thermal", "cpu-thermal", "cpu0-thermal", "soc_thermal", "soc-thermal"})
    if (driver.starts_with(start))
      return by_zone;
  // A board's sensor that names what it sits at.
  return equals_ignoring_case(label, "cpu") ? by_label : none;
}

std::optional<double> judge_temperature(std::string_view text) {
  constexpr double lowest = 1, highest = 150;
  const bool is_negative = text.starts_with('-');
  std::uint64_t value = 0;
  if (is_negative || !take_number(text, value))
    return std::nullopt;
  const auto thousandths = static_cast<double>(value);
  const auto degrees = thousandths <= highest ? thousandths : thousandths / 1e3;
  return degrees >= lowest && degrees <= highest ? std::optional{degrees} : std::nullopt;
}

} // namespace pmactor
