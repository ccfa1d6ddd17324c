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

/// /proc/loadavg.
void parse_load(std::string_view text, system_counters& out);

/// /proc/meminfo: available as the kernel estimates it (not: free), total, and swap in use. More
/// available than there is cannot be: then it is absent, and the contradiction is noted.
void parse_memory(std::string_view text, system_counters& out);

/// /proc/pressure/{cpu,memory,io}.
stall_times parse_stalls(std::string_view text);

} // namespace pmactor
