// The WITNESS KEEPER: owns the witness child, reads its words, and makes stalls of what it and the
// processes in uninterruptible sleep feel. It looks once a second, just after the child, and again
// at the moment at which something that is slow becomes long enough to be a stall.
#pragma once

#include "actors/supervision/lateness_board.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/outboxes.hpp"
#include "actors/supervision/round_timer.hpp"
#include "actors/witness_keeper/compose_stall.hpp"
#include "actors/witness_keeper/track_stalls.hpp"
#include "actors/witness_keeper/watch_blocked.hpp"
#include "actors/witness_keeper/witness_child.hpp"
#include "messages/actors.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// To itself: the regular look.
struct look_due {};
/// To itself: a look in between.
struct close_look_due {
  std::uint64_t armed = 0;
};
inline std::string to_string(const look_due&) {
  return "look_due{}";
}
inline std::string to_string(const close_look_due&) {
  return "close_look_due{}";
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::look_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::close_look_due)

namespace pmactor {

using witness_keeper_impl =
  witness_keeper_actor::extend<caf::reacts_to<look_due>, caf::reacts_to<close_look_due>>;

/// What outlives an incarnation; the topology keeps it. The child is in it: it goes on while its keeper is
/// being restarted, so that no stall is missed.
struct witness_keeper_memory {
  std::unique_ptr<witness_child> child;
  witness_cursor cursor;
  stall_tracker tracker;
  blocked_watch blocked;
  growth_record lived;
  growth_record throttled; ///< Of the own control group.
  std::optional<clock_sample> at; ///< Of the last second.
  std::shared_ptr<lateness_board> late; ///< Where the lateness of the witnesses is left; null if none wants it.
  /// As it was when a stall was reported that lasts, by its begin: its id is minted from it at both
  /// ends.
  std::map<std::chrono::nanoseconds, clock_sample> at_begin;
  outbox_memories<pause_news> pending; ///< By role.
  std::uint32_t failures = 0; ///< Of the child, in a row.
  std::chrono::nanoseconds started{}, start_again{}; ///< When it was, and not before; on the lived clock.
  /// When all processes were last asked whether they are blocked, on the awake clock.
  std::optional<std::chrono::nanoseconds> all_asked;

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: nothing; the sinks are linked again.
struct witness_keeper_state {
  using pointer = actor_pointer<witness_keeper_impl, witness_keeper_state>;

  explicit witness_keeper_state(pointer p) : self(p) {
  }

  static constexpr const char* name = "witness-keeper";
  pointer self;
  witness_keeper_policy policy;
  witness_host host;
  const lived_clock* clock = nullptr; ///< Outlives the actor.
  std::shared_ptr<witness_keeper_memory> memory;
  outboxes<pause_news, pause_sink_actor> sinks;
  round_timer<look_due> timer{std::chrono::seconds{1}};
  std::uint64_t armed = 0; ///< Looks in between.
  /// For when the last of them is armed, on the awake clock; absent once a look has come.
  std::optional<std::chrono::nanoseconds> armed_for;
  std::uint64_t missed = 0; ///< Stretches that the page could not hold.

  void receive(const scored_sample& x);
  void receive(const power_sample& x);
  void look();

private:
  std::chrono::nanoseconds lived() const;
  bool has_child();
  /// Sees to it that a look comes shortly after that moment, unless one comes before.
  void look_again(std::chrono::nanoseconds due, std::chrono::nanoseconds now);
  /// Adds what the child feels. @returns when to look again at the first of what is still too short
  /// to be certain.
  std::optional<std::chrono::nanoseconds> read_words(stall_look& to);
  void find_exact_begin(const stall_look& x);
  void report(const stall_change& x);
  void report(const standstill_word& x);
  void note_state(const witness_words& words);
};

witness_keeper_impl::behavior_type
witness_keeper(witness_keeper_state::pointer self, const actor_slot_ref& slot, const witness_keeper_policy& policy,
               const witness_host& host, const lived_clock* clock,
               const std::shared_ptr<witness_keeper_memory>& memory);

} // namespace pmactor
