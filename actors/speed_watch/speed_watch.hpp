// The SPEED WATCH: notices when the machine is slow rather than frozen, and names what limits it.
// While the CPUs have little to do it reads nothing but, every ten seconds, what the hypervisor
// took.
#pragma once

#include "actors/speed_watch/find_limiter.hpp"
#include "actors/speed_watch/judge_speed.hpp"
#include "actors/supervision/outboxes.hpp"
#include "messages/actors.hpp"
#include "messages/event_facts.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// An episode of one kind, and its event while it lasts.
struct slowness {
  slow_episode episode;
  event_facts facts;
  event_id id;
};

/// What outlives an incarnation; the topology keeps it.
struct speed_watch_memory {
  slowness frequency, stolen, heat;
  stolen_minute minute;
  std::chrono::nanoseconds unread{};  ///< Lived since the last look.
  std::optional<limiter_signs> signs; ///< As the CPUs became slow.
  busy_speed slowest;
  outbox_memories<pause_news> pending; ///< By role.
  std::uint64_t last_tick = 0;

  /// Drops whatever may be what its owner dies of.
  void start_afresh();
};

/// Lost on a restart: the reader; the sinks are linked again.
struct speed_watch_state {
  using pointer = actor_pointer<speed_watch_actor, speed_watch_state>;

  explicit speed_watch_state(pointer p) : self(p) {
  }

  static constexpr const char* name = "speed-watch";
  pointer self;
  speed_watch_policy policy;
  std::unique_ptr<speed_reader> reader;
  std::shared_ptr<speed_watch_memory> memory;
  outboxes<pause_news, pause_sink_actor> sinks;

  void receive(const scored_sample& x);

private:
  void judge_frequency(const speed_look& look, std::chrono::nanoseconds lived);
  void judge_stolen(const speed_look& look, std::chrono::nanoseconds lived);
  void judge_heat(const system_sample& x);
  /// @param kind_of_slow as compose_slowed() has it.
  void report_begin(slowness& x, event_facts facts, unsigned kind_of_slow);
  void report_end(const slowness& x);
};

speed_watch_actor::behavior_type speed_watch(speed_watch_state::pointer self,
                                             const actor_slot_ref& slot, const speed_watch_policy& policy,
                                             const speed_watch_host& host,
                                             const std::shared_ptr<speed_watch_memory>& memory);

} // namespace pmactor
