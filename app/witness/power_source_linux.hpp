// Finds out what the machine is driven by: /sys/class/power_supply.
#pragma once

#include <filesystem>

namespace pmactor {

/// @param root the root of the file system, `/` but in tests.
/// @returns whether a battery drives the machine: one of its own discharges, and no mains or charger is connected.
/// False where the kernel knows of no battery.
bool runs_on_battery(const std::filesystem::path& root);

} // namespace pmactor
