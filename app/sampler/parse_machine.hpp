// Reads what the kernel says about the whole machine: /proc/stat, /proc/diskstats, /proc/net/dev, and
// which of its temperature sensors sits on the CPU.
#pragma once

#include "app/sampler/compute_window.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace pmactor {

/// Takes the CPUs online, the boot time, the count of forks and that of blocked tasks from /proc/stat into
/// *result*, whose other fields stay as they are.
void fill_in_stat(std::string_view text, machine_reading& result);

/// Whether a device of this name counts. Asked for every line.
using device_filter = std::function<bool(std::string_view name)>;

/// Fills *result* with the lines of /proc/diskstats that the filter lets through.
void parse_diskstats(std::string_view text, const device_filter& counts,
                     std::vector<disk_reading>& result);

/// Fills *result* with the lines of /proc/net/dev that the filter lets through.
void parse_network_devices(std::string_view text, const device_filter& counts,
                           std::vector<network_reading>& result);

/// Judges a temperature sensor by its driver's (hwmon) or zone's (thermal) name and its label.
/// @returns 0 if it is not the CPU's; else the higher the better it stands for the die.
int rank_cpu_sensor(std::string_view driver, std::string_view label);

} // namespace pmactor
