// Decides which processes are suspected of a pause: those that took much of what the pause was
// short of, by the last sample before it and the first whose window reaches across it. What else
// they did is said behind that and weighs nothing; what a process is called accuses none.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <vector>

namespace pmactor {

struct culprit_policy {
  std::size_t most = 5;
  double least_cpu_pct = 20;         ///< Of one core.
  double least_io_rate = 5e6;        ///< Bytes per second.
  double least_memory_share = 0.2;   ///< Held, of the machine's memory.
  double least_memory_growth = 0.02; ///< Gained across the pause, of the machine's memory.
  friend bool operator==(const culprit_policy&, const culprit_policy&) = default;
};

/// @param before the last sample that was taken before the pause; nullptr if there is none.
/// @param across the first whose processes were watched during it; nullptr if there is none (yet).
/// @returns the likeliest first, none twice; none if no process did what led to such a pause, or
/// none of this machine can have: a sleep, a stop by a signal, a debugger, the own quota, a device,
/// the hypervisor. Processes that have ended since have a pid of 0 together.
std::vector<culprit> rank_culprits(const scored_sample* before, const scored_sample* across,
                                   pause_cause cause, const culprit_policy& policy);

} // namespace pmactor
