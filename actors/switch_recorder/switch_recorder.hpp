// The SWITCH RECORDER: holds the scheduler's flight recorder, and when a pause or a stall is found says who was on the
// CPUs meanwhile: the blame for the harm, and a timeline. At rest it does nothing at all; while CPUs switch very often it
// chooses once a second which of them are only sampled.
#pragma once

#include "actors/supervision/outboxes.hpp"
#include "actors/switch_recorder/compose_blame.hpp"
#include "actors/switch_recorder/switch_source.hpp"
#include "actors/switch_recorder/track_charged_stall.hpp"
#include "messages/actors.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// To itself: a stall lasts, and what was recorded of it is to be taken out before it is overwritten.
struct retake_due {
  std::uint64_t number = 0; ///< Of the timer. A stall waits for its last one only.
};
inline std::string to_string(const retake_due& x) {
  return "retake_due{" + std::to_string(x.number) + '}';
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::retake_due)

namespace pmactor {

using switch_recorder_impl = switch_recorder_actor::extend<caf::reacts_to<retake_due>>;

/// What outlives an incarnation; the topology keeps it. The rings are in it: the kernel goes on recording while their
/// actor is being restarted.
struct switch_recorder_memory {
  std::unique_ptr<switch_source> source; ///< Made by the first incarnation.
  switch_recorder_policy opened_with;    ///< The policy that it was made by.
  outbox_memories<event_amendment> pending; ///< By role.
  std::deque<charged_stall> stalls; ///< That last, the oldest first; bounded.
  std::uint64_t last_retake = 0; ///< The number of the last timer that was set for any of them.
  /// A pause that was blamed on a process: should it turn out to have another cause, or to have
  /// waited for another time, the blame is summed up anew.
  struct blamed_pause {
    pause_event event;
    pause_charges charges;
    blame_facts blame; ///< As reported.
  };
  std::deque<blamed_pause> pauses; ///< The last ones, the oldest first; bounded.

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: nothing; the sinks are linked again.
struct switch_recorder_state {
  using pointer = actor_pointer<switch_recorder_impl, switch_recorder_state>;

  explicit switch_recorder_state(pointer p) : self(p) {
  }

  static constexpr const char* name = "switch-recorder";
  pointer self;
  switch_recorder_policy policy;
  std::shared_ptr<switch_recorder_memory> memory;
  outboxes<event_amendment, pause_sink_actor> sinks;

  void receive(const event_record& x);
  void receive(const event_amendment& x);
  void receive(const switch_rate& x);
  void receive(const retake_due& x);
  /// Sets the stall's timer; one that was set before is void.
  void retake_later(charged_stall& x);
  void note_state();

private:
  void blame_pause(const pause_event& event);
  void begin_stall(const pause_event& event);
  void take(charged_stall& x, const stall_stretch& stretch);
  void amend_pause(const event_amendment& x);
  void report(event_id event, blame_facts blame);
};

/// @param start opens the rings; called by the first incarnation, on its thread.
switch_recorder_impl::behavior_type switch_recorder(switch_recorder_state::pointer self, const actor_slot_ref& slot,
                                                    const switch_recorder_policy& policy,
                                                    const start_switch_source& start,
                                                    const std::shared_ptr<switch_recorder_memory>& memory);

} // namespace pmactor
