// SYSTEM METRICS: the metronome. Each second of lived time it reads the machine's counters and sends what
// they say of the time since the reading before.
#pragma once

#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/outbox.hpp"
#include "actors/system_metrics/compute_rates.hpp"
#include "actors/system_metrics/decide_tick.hpp"
#include "actors/system_metrics/read_counters.hpp"
#include "messages/actors.hpp"

#include <memory>
#include <optional>

namespace pmactor {

/// What outlives one incarnation. Kept by the topology.
struct system_metrics_memory {
  std::optional<tick_state> ticks;     ///< Empty until the first start.
  std::optional<system_counters> last; ///< The reading before.
  outbox_memory<system_sample> samples;
  std::optional<std::chrono::nanoseconds> much_switching_at; ///< See decide_switch_report().

  /// Drops whatever may be what its owner dies of. The numbers of the ticks go on, as receivers take a
  /// lower one for a repeat.
  void start_afresh();
};

using system_metrics_impl = system_metrics_actor::extend<
  // It is time for the next second. From itself.
  caf::reacts_to<tick>>;

/// Lost on a restart: the sinks, which the SUPERVISOR links again.
struct system_metrics_state {
  system_metrics_state() = default;
  static constexpr const char* name = "system-metrics";

  tick_policy policy;
  counters_source read_counters;
  const lived_clock* lived = nullptr;
  std::shared_ptr<system_metrics_memory> memory;
  health_page* page = nullptr;
  std::unique_ptr<outbox<system_sample, system_sink_actor>> samples;
  switch_rate_sink_actor switching; ///< May be none. What it misses the next second makes up for.
  std::uint64_t armed = 0;                ///< The timers that count: those armed before these do not.
  std::chrono::nanoseconds next_timer{};  ///< When the next of these comes, on the actors' clock.
  unsigned timers_to_come = 0;            ///< How many of these will.
  bool has_reported_absent = false;
};

/// @param lived outlives the actor.
/// @param page outlives the actor; null in tests that need none.
system_metrics_impl::behavior_type
system_metrics(actor_pointer<system_metrics_impl, system_metrics_state> self, const actor_slot_ref& slot,
               const tick_policy& policy, const counters_source& read_counters, const lived_clock* lived,
               const std::shared_ptr<system_metrics_memory>& memory, health_page* page);

} // namespace pmactor
