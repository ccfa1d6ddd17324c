// Decides which of a machine's temperature sensors stands for the CPU, and whether to believe what
// it says. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace pmactor {

/// Judges a sensor by its driver's (hwmon) or zone's (thermal) name and its label.
/// @returns 0 if it is not the CPU's; else the higher the better it stands for the die.
int rank_cpu_sensor(std::string_view driver, std::string_view label);

/// @param text as the sensor's file has it: thousandths of a degree. Some firmware says whole
/// degrees, which would be a tenth of one degree at most otherwise.
/// @returns °C; nothing for what is no number or what no running CPU has: below 1 or above 150.
std::optional<double> judge_temperature(std::string_view text);

} // namespace pmactor
