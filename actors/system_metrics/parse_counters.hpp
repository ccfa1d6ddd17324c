// Decides what the kernel's text files under /proc say. Pure: the text is an argument. A line that does
// not read as expected is skipped; a value that is not there is absent. Text of any bytes and any length
// is taken: every loop moves forward, and lists are bounded.
#pragma once

#include "actors/system_metrics/compute_rates.hpp"

#include <string_view>

namespace pmactor {

/// Devices beyond this many are not counted; they would make the sum unknown, not wrong.
inline constexpr std::size_t most_devices = 256;

/// /proc/stat: the times of all CPUs, and how many are online. Time stolen by the hypervisor is busy.
void parse_cpu(std::string_view text, system_counters& out);

/// /proc/loadavg.
void parse_load(std::string_view text, system_counters& out);

/// /proc/meminfo: available as the kernel estimates it (not: free), total, and swap in use.
void parse_memory(std::string_view text, system_counters& out);

/// /proc/diskstats: whole disks only. Partitions, and devices that pass on what another one counts again
/// (device mapper, md, loop, ram, zram), are left out.
void parse_disks(std::string_view text, system_counters& out);

/// /proc/net/dev: interfaces that lead out of the machine. The loop-back, and those that pass on what
/// another one counts again (bridges, tunnels, container ends), are left out.
void parse_networks(std::string_view text, system_counters& out);

/// /proc/pressure/{cpu,memory,io}.
stall_times parse_stalls(std::string_view text);

} // namespace pmactor
