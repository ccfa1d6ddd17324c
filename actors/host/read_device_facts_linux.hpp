// Asks the kernel how disks and network interfaces are built: /sys/block, /sys/class/net and the
// routes.
#pragma once

#include "actors/host/choose_devices.hpp"
#include "actors/host/device_counters.hpp"

#include <filesystem>
#include <vector>

namespace pmactor {

/// @param root the root of the file system, `/` but in tests.
/// @returns the facts of each, in the same order.
std::vector<disk_facts> read_disk_facts(const std::filesystem::path& root,
                                        const std::vector<device_counters>& disks);
std::vector<interface_facts> read_interface_facts(const std::filesystem::path& root,
                                                  const std::vector<device_counters>& interfaces);

} // namespace pmactor
