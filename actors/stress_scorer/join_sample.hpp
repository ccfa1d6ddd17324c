// Decides what one second's row holds: the machine's own counters, the newest power sample if it is not
// stale, the processes worth keeping, and the score. Pure.
#pragma once

#include "actors/stress_scorer/stress_scorer_policy.hpp"
#include "messages/power.hpp"
#include "messages/sample.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace pmactor {

/// @returns the processes to keep, none twice: the busiest by CPU, busiest first, then those by disk
/// traffic that are not among them, then those in D, then the suspects that are in none of them.
std::vector<process_sample> rank_processes(const power_sample& power, const suspect_policy& suspects,
                                           const join_policy& policy);

/// Two documents that came within one second make one of both windows together, so that none is
/// lost: the one that came out right after a pause is the one that covers it. What a process did is
/// averaged over both; all else is as in the later one.
power_sample join_windows(const power_sample& earlier, power_sample later);

/// @returns how far apart such power samples are, in lived time. The window that a sample states
/// has pauses and sleeps in it; but no more was lived than since the one before.
/// @param earlier the age of the one before as this one came; absent if there was none.
std::chrono::nanoseconds lived_interval(const power_sample& power,
                                        std::optional<std::chrono::nanoseconds> earlier,
                                        const join_policy& policy);

/// @returns whether a power sample of this age and interval is too old to describe the present.
bool is_stale(std::chrono::nanoseconds age, std::chrono::nanoseconds interval,
              const join_policy& policy);

/// What the scorer knows of the machine before a second is joined.
struct join_context {
  const power_sample* power = nullptr; ///< The newest, if any.
  std::chrono::nanoseconds power_age{}, power_interval{}; ///< In lived time.
  /// Actual per expected interval of the worst beat since the last score.
  std::optional<double> latency_ratio;
  lateness late; ///< Of the beat and the witnesses, since the last score.
  io_baseline baseline; ///< As it was before this second.
};

/// @returns the row of this second. Where the machine's own counters are absent, those of the power
/// sample stand in, as in a replay, which has no others.
scored_sample join_sample(const system_sample& system, const join_context& context,
                          const stress_scorer_policy& policy);

/// @returns bytes per second read and written together; absent if neither is known.
std::optional<double> io_rate(const system_sample& x);

} // namespace pmactor
