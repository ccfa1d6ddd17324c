// The BLACK BOX: writes what the machine and pmactor itself are doing to a ring on the disk, so
// that the next start can decide how they ended, and reports it. Its records are written by a thread
// that a stalled disk may hold up.
#pragma once

#include "actors/black_box/black_box_policy.hpp"
#include "actors/black_box/box_host.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/outboxes.hpp"
#include "messages/actors.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What outlives an incarnation; the topology keeps it.
struct black_box_memory {
  std::shared_ptr<const box_opening> opening; ///< Empty until the ring has been read.
  bool is_stored = false; ///< All that is owed is; the record needs not carry it any more.
  std::optional<box_record> last;       ///< As in box_opening.
  bool is_length_known = false;         ///< Of the outage.
  bool is_clock_synchronised = false;   ///< As in box_look.
  /// When the machine was started, by the clock that the outage was measured by.
  std::chrono::nanoseconds booted{};
  std::vector<box_second> seconds;      ///< Since the last record.
  std::map<event_id, box_stall> stalls; ///< In progress; bounded.
  std::optional<std::chrono::nanoseconds> last_write; ///< On the lived clock.
  std::uint64_t in_hand = 0;                ///< Which write is not done yet, as box_writing has it.
  std::chrono::nanoseconds in_hand_since{}; ///< When that was first seen, on the lived clock.
  std::optional<std::chrono::nanoseconds> last_work;  ///< Of the disks, or the start; likewise.
  double last_stress = 0;
  double disk_bytes = 0; ///< Since the last record.
  std::uint64_t last_tick = 0;
  outbox_memories<event_news> pending; ///< By role.
  /// The roles that store each event, and that learn of mishaps alone. The topology names them.
  std::string stored_by, notified_by;

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: nothing; the sinks are linked again.
struct black_box_state {
  using pointer = actor_pointer<black_box_actor, black_box_state>;

  explicit black_box_state(pointer p) : self(p) {
  }

  static constexpr const char* name = "black-box";
  pointer self;
  black_box_policy policy;
  std::shared_ptr<box_host> host;
  const lived_clock* clock = nullptr; ///< Outlives the actor.
  std::shared_ptr<black_box_memory> memory;
  outboxes<event_news, event_sink_actor> sinks;

  void start();
  void receive(const scored_sample& x);
  void receive(const pause_event& x);
  void receive(const event_amendment& x);
  void link(const link_to& where, const event_sink_actor& sink);

private:
  void take_opening();
  void report(const event_record& x, bool is_mishap);
  void date_outage(const scored_sample& x);
  bool is_due(const scored_sample& x) const;
  void write(const scored_sample& x);
  box_writing watch_writing();
  void note_state();
};

black_box_actor::behavior_type black_box(black_box_state::pointer self, const actor_slot_ref& slot,
                                         const black_box_policy& policy,
                                         const std::shared_ptr<box_host>& host,
                                         const lived_clock* clock,
                                         const std::shared_ptr<black_box_memory>& memory);

} // namespace pmactor
