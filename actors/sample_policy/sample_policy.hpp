// The SAMPLE POLICY: decides which seconds are stored and when the machine is in trouble, says so in the
// log, and counts what it stores and what it lets go.
#pragma once

#include "actors/sample_policy/decide_sampling.hpp"
#include "actors/supervision/outbox.hpp"
#include "messages/actors.hpp"

#include <cstdint>
#include <memory>

namespace pmactor {

/// What outlives one incarnation. Kept by the topology.
struct sample_policy_memory {
  mode_state mode;
  std::uint64_t last_tick = 0; ///< The newest second that was decided.
  lateness late; ///< The worst since the last second that was stored.
  outbox_memory<scored_sample> stored;
  event_id episode; ///< The critical one that is under way, if one is,
  clock_sample episode_began; ///< and when it began.
  outbox_memory<pause_news> episodes;
  outbox_memory<stress_alert> alerts;

  sample_policy_memory() {
    alerts.limit = most_waiting_for_optional;
    stored.most_bytes = most_unstored_second_bytes;
  }

  /// Drops whatever may be what its owner dies of, but not which seconds it has seen.
  void start_afresh();
};

/// Lost on a restart: the sinks, which the SUPERVISOR links again.
struct sample_policy_state {
  sample_policy_state() = default;
  static constexpr const char* name = "sample-policy";

  sampling_policy policy;
  std::shared_ptr<sample_policy_memory> memory;
  health_page* page = nullptr;
  std::unique_ptr<outbox<scored_sample, scored_sink_actor>> stored;
  std::unique_ptr<outbox<pause_news, pause_sink_actor>> episodes;
  std::unique_ptr<outbox<stress_alert, alert_sink_actor>> alerts;
};

/// @param page outlives the actor; null in tests that need none.
sample_policy_actor::behavior_type
sample_policy(actor_pointer<sample_policy_actor, sample_policy_state> self, const actor_slot_ref& slot,
              const sampling_policy& policy, const std::shared_ptr<sample_policy_memory>& memory,
              health_page* page);

} // namespace pmactor
