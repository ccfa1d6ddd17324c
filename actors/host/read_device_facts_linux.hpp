// Asks the kernel how disks and network interfaces are built: /sys/block, /sys/class/net and the
// routes.
#pragma once

#include "actors/host/choose_disks.hpp"
#include "actors/host/choose_interfaces.hpp"
#include "actors/host/device_counters.hpp"
#include "actors/host/machine_network_linux.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// @param root the root of the file system, `/` but in tests.
/// @returns the facts of each, in the same order.
std::vector<disk_facts> read_disk_facts(const std::filesystem::path& root,
                                        const std::vector<device_counters>& disks);
/// @param device a device's folder in /sys, or a link to it.
/// @returns the name of that disk, and of a partition that of the disk it lies on; empty if there is none.
std::string find_disk_name(const std::filesystem::path& device);
/// @returns the names of the disks that a device (dm-0, md127) is built on directly; empty if on none.
std::vector<std::string> find_disks_below(const std::filesystem::path& root, std::string_view name);

std::vector<interface_facts> read_interface_facts(const network_places& places,
                                                  const std::vector<device_counters>& interfaces);

} // namespace pmactor
