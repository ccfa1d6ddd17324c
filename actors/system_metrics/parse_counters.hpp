// Decides what the kernel's text files under /proc say. Pure: the text is an argument. A line that does
// not read as expected is skipped; a value that is not there is absent. Text of any bytes and any length
// is taken: every loop moves forward, and lists are bounded.
#pragma once

#include "actors/system_metrics/compute_rates.hpp"

#include <string_view>

namespace pmactor {

/// /proc/stat: the times of all CPUs, how many are online, and how often they switched. Time stolen by the hypervisor is
/// busy.
void parse_cpu(std::string_view text, system_counters& out);

/// /proc/meminfo: total, available, and swap in use, which is absent if more of it is free than
/// there is.
void parse_memory(std::string_view text, system_counters& out);

/// /proc/pressure/{cpu,memory,io}.
stall_times parse_stalls(std::string_view text);

} // namespace pmactor
