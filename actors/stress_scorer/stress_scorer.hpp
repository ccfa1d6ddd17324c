// The STRESS SCORER: joins the newest power sample to each second and scores it. It owns the I/O
// baseline, and has it kept over a restart of the program.
#pragma once

#include "actors/stress_scorer/join_sample.hpp"
#include "actors/supervision/lateness_board.hpp"
#include "actors/supervision/outboxes.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// The key under which the STORAGE WRITER keeps the baseline; its text is to_string(io_baseline).
inline constexpr std::string_view io_baseline_key = "io-baseline";

/// What outlives one incarnation. Kept by the topology, which fills in the baseline of the last run
/// of the program, if there is one.
struct stress_scorer_memory {
  io_baseline baseline; ///< With no samples, the settings' start is taken.
  std::optional<power_sample> power;    ///< The newest.
  std::chrono::nanoseconds power_age{}, power_interval{}; ///< In lived time.
  bool power_unused = false;                              ///< No second was joined with it yet.
  std::optional<double> latency_ratio;  ///< Of the worst beat since the last score.
  lateness late;                        ///< Of the beat and the witnesses, since the last score.
  std::shared_ptr<lateness_board> witnesses; ///< Where theirs is left; null where there are none.
  std::uint64_t last_tick = 0;          ///< The newest second that was scored.
  /// A second is being joined. Who starts with this set drops the power sample: its predecessor may have
  /// died of it, and each second would meet it again.
  bool joining = false;
  /// What each role that is linked has not acknowledged yet.
  outbox_memories<scored_sample> scored;
  outbox_memory<remember> kept;

  /// Drops whatever may be what its owner dies of, but not which seconds it has seen.
  void start_afresh();
};

/// Lost on a restart: the sinks, which the SUPERVISOR links again.
struct stress_scorer_state {
  stress_scorer_state() = default;
  static constexpr const char* name = "stress-scorer";

  stress_scorer_policy policy;
  std::shared_ptr<stress_scorer_memory> memory;
  outboxes<scored_sample, scored_sink_actor> scored;
  std::unique_ptr<outbox<remember, memory_sink_actor>> kept;
};

stress_scorer_actor::behavior_type
stress_scorer(actor_pointer<stress_scorer_actor, stress_scorer_state> self, const actor_slot_ref& slot,
              const stress_scorer_policy& policy, const std::shared_ptr<stress_scorer_memory>& memory);

} // namespace pmactor
