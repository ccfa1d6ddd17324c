// Decides who is suspected of a pause: the processes of the last sample before it and of the first whose
// window reaches across it, each with the strongest reason there is against it, the reasons that fit the
// cause first.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <vector>

namespace pmactor {

struct culprit_policy {
  std::size_t most = 5;
  double least_cpu_pct = 20;     ///< Of one core.
  double least_io_rate = 5e6;    ///< Bytes per second.
  double least_memory_share = 0.2; ///< Of the machine's memory.
};

/// @param before the last sample that was taken before the pause; nullptr if there is none.
/// @param across the first whose processes were watched during it; nullptr if there is none (yet).
/// @returns the likeliest first, none twice; none if nothing speaks against anyone, or nobody could have
/// had a part in it: a sleep, a stop by a signal, the hypervisor.
std::vector<culprit> rank_culprits(const scored_sample* before, const scored_sample* across,
                                   pause_cause cause, const culprit_policy& policy);

} // namespace pmactor
