// The GROUP WATCH: looks after the control groups of others, and reports which of them their own
// quota, freezer or limit of memory held up. Its pace is that of the samples: what may become a
// stall each second, all counters every fifth, and each second while a group is held up or the
// machine is under stress. In between it looks at the moment at which what holds a group up becomes
// a stall.
#pragma once

#include "actors/group_watch/group_look.hpp"
#include "actors/group_watch/judge_groups.hpp"
#include "actors/supervision/outboxes.hpp"
#include "messages/actors.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace pmactor {

/// To itself: a look in between.
struct group_look_due {
  std::uint64_t armed = 0;
};
inline std::string to_string(const group_look_due&) {
  return "group_look_due{}";
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::group_look_due)

namespace pmactor {

using group_watch_impl = group_watch_actor::extend<caf::reacts_to<group_look_due>>;

/// What outlives an incarnation; the topology keeps it.
struct group_watch_memory {
  group_tracker tracker;
  outbox_memories<pause_news> pending; ///< By role.
  outbox_memory<remark> remarks;
  std::uint64_t last_tick = 0;
  std::uint64_t stressed_until = 0; ///< The tick up to which looks are close.
  bool is_close = false;

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: the reader, whose groups begin anew; the sinks are linked again.
struct group_watch_state {
  using pointer = actor_pointer<group_watch_impl, group_watch_state>;

  explicit group_watch_state(pointer p) : self(p) {
  }

  static constexpr const char* name = "group-watch";
  pointer self;
  group_watch_policy policy;
  std::unique_ptr<group_reader> reader;
  std::shared_ptr<group_watch_memory> memory;
  outboxes<pause_news, pause_sink_actor> sinks;
  std::unique_ptr<outbox<remark, remark_sink_actor>> remarks;
  std::size_t groups = 0, beyond = 0; ///< As the note says it.

  std::uint64_t armed = 0; ///< Looks in between.

  void receive(const scored_sample& x);
  void look(look_depth depth);

private:
  void note_state(const group_look& x);
};

group_watch_impl::behavior_type group_watch(group_watch_state::pointer self,
                                            const actor_slot_ref& slot, const group_watch_policy& policy,
                                            const group_watch_host& host,
                                            const std::shared_ptr<group_watch_memory>& memory);

} // namespace pmactor
