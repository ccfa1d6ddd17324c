// Decides what the kernel's counters of memory and disks show across an event. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"
#include "messages/time.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// /proc/vmstat and /proc/diskstats as they were at some time.
struct counter_snapshot {
  clock_sample at;
  std::string memory, disks;
};
/// @returns the newest snapshot that was taken before the gap began; null if none was.
const counter_snapshot* snapshot_before(const std::vector<counter_snapshot>& kept,
                                        const clock_sample& gap_begins);

std::string counters_json(const counter_snapshot& before, const counter_snapshot& after);
std::vector<finding> find_in_counters(const counter_snapshot& before,
                                      const counter_snapshot& after);

} // namespace pmactor
