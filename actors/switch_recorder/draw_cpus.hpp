// Decides what of a log is kept with an event: who was on each CPU around it, as a bounded number of slices. Pure.
#pragma once

#include "actors/switch_recorder/switch_log.hpp"
#include "messages/blame.hpp"

namespace pmactor {

struct drawing_policy {
  std::size_t most_slices = 1000;
  std::size_t most_tasks = 120; ///< What more there are is drawn as "several", pid and tid -1.
  friend bool operator==(const drawing_policy&, const drawing_policy&) = default;
};

/// @param from, to on the awake clock. @param wall of *from*.
/// @returns the slices; of more than fit the shortest are drawn as one where they follow one another: as that of the
/// process which was on the CPU for most of it, with tid -1.
cpu_timeline draw_cpus(const switch_log& log, std::chrono::nanoseconds from, std::chrono::nanoseconds to,
                       std::chrono::nanoseconds wall, const drawing_policy& policy = {});

} // namespace pmactor
