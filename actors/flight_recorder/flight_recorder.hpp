// The FLIGHT RECORDER: remembers the last two minutes at full resolution and freezes them into each event
// on its way to the storage. As all events pass here in order, it also decides which pause is part of which stall.
#pragma once

#include "actors/flight_recorder/attach_remark.hpp"
#include "actors/flight_recorder/choose_evicted_event.hpp"
#include "actors/flight_recorder/compose_event.hpp"
#include "actors/flight_recorder/join_stall.hpp"
#include "actors/supervision/outboxes.hpp"
#include "messages/actors.hpp"

#include <map>

namespace pmactor {

/// What outlives an incarnation; the topology keeps it.
struct flight_recorder_memory {
  explicit flight_recorder_memory(const lead_up_policy& policy = {}) : history{policy} {
  }

  sample_history history;
  /// What each role that is linked has not acknowledged yet.
  outbox_memories<event_news> pending;
  /// The role that is given the seconds that led to an event, and who was on the CPUs meanwhile: they are much, and of no
  /// use to others. The topology names it.
  std::string lead_up_for;
  /// The last pauses and stalls. Their culprits are amended when it was seen what happened during them, and
  /// when they are explained anew.
  std::deque<recent_event> recent;
  remark_book remarks;
  stall_parts parts; ///< Which pauses happened within which stall, and what of it was reported.
  std::uint64_t last_tick = 0; ///< Of the newest sample: one that is sent again is not kept twice.

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: nothing; the sinks are linked again.
struct flight_recorder_state {
  using pointer = actor_pointer<flight_recorder_actor, flight_recorder_state>;

  explicit flight_recorder_state(pointer) {
  }

  static constexpr const char* name = "flight-recorder";
  flight_recorder_policy policy;
  std::shared_ptr<flight_recorder_memory> memory;
  outboxes<event_news, event_sink_actor> sinks;

  void receive(pointer self, const scored_sample& x);
  void receive(pointer self, const pause_event& x);
  void receive(pointer self, const event_amendment& x);
  void receive(pointer self, const remark& x);
  void remember(pointer self, const pause_event& x, bool has_suspects);
  void amend_culprits(pointer self, recent_event& x);
  void amend_parts(pointer self);
  void report(pointer self, const event_amendment& x);
};

flight_recorder_actor::behavior_type
flight_recorder(flight_recorder_state::pointer self, const actor_slot_ref& slot,
                const flight_recorder_policy& policy,
                const std::shared_ptr<flight_recorder_memory>& memory);

} // namespace pmactor
