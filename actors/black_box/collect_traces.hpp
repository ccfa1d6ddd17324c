// Looks for what the end of the run before left on this host.
#pragma once

#include "actors/black_box/decide_outage.hpp"

#include <filesystem>
#include <vector>

namespace pmactor {

/// Fills in what the host shows; what it does not show stays absent. May take seconds and wait for
/// disks: not for a thread that anything waits for.
/// @param traces with its clocks and its run, by which it is known whether the machine stayed up.
/// @param root the root of the file system, `/` but in tests.
void collect_traces(start_traces& traces, const box_record& last,
                    const std::filesystem::path& root = "/");

/// @returns the books of the drives that keep any and let us read them: needs to be root on Linux.
std::vector<drive_counters> read_drive_counters();

} // namespace pmactor
