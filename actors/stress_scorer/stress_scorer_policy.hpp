// All that the user may set of the STRESS SCORER.
#pragma once

#include "actors/stress_scorer/match_suspects.hpp"
#include "actors/stress_scorer/score_stress.hpp"

#include <chrono>
#include <cstddef>

namespace pmactor {

/// What of a power sample is worth keeping, and for how long.
struct join_policy {
  std::size_t top_cpu = 10; ///< Processes kept for their CPU time,
  std::size_t top_io = 5;   ///< for their disk traffic,
  std::size_t stuck = 5;    ///< for being in uninterruptible sleep (D),
  std::size_t suspects = 16; ///< and for their name.
  double stale_after = 3;   ///< Of its own intervals; then a power sample is stale.
  std::chrono::nanoseconds period = std::chrono::seconds{1}; ///< Of the system samples.
  friend bool operator==(const join_policy&, const join_policy&) = default;
};

struct stress_scorer_policy {
  stress_policy stress;
  suspect_policy suspects;
  join_policy join;
  friend bool operator==(const stress_scorer_policy&, const stress_scorer_policy&) = default;
};

} // namespace pmactor
