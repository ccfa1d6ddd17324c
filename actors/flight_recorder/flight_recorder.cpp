#include "actors/flight_recorder/flight_recorder.hpp"

namespace pmactor {
namespace {

flight_recorder_state::event_outbox& box_of(flight_recorder_state& state, const std::string& role) {
  auto& box = state.sinks[role];
  if (!box)
    box = std::make_unique<flight_recorder_state::event_outbox>(state.memory->untold[role]);
  return *box;
}

} // namespace

void flight_recorder_memory::start_afresh() {
  history.forget();
  for (auto& [role, box] : untold)
    box.give_up_all();
}

flight_recorder_actor::behavior_type
flight_recorder(flight_recorder_state::pointer self, const actor_seat& seat,
                const flight_recorder_policy& policy,
                const std::shared_ptr<flight_recorder_memory>& memory) {
  self->sit(seat);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  // Whom its predecessor told hears also of what comes before the links are there again.
  for (const auto& [role, box] : memory->untold)
    box_of(state, role);
  return {
    [self](const scored_sample& x) {
      auto& kept = *self->state.memory;
      if (x.system.tick <= kept.last_tick)
        return;
      kept.last_tick = x.system.tick;
      kept.history.add(x);
    },
    [self](const pause_event& x) {
      auto& s = self->state;
      const auto event = compose_event(x, s.memory->history, s.policy.record, s.policy.culprits);
      for (auto& [role, box] : s.sinks)
        box->push(self, event);
    },
    [self](const link_to& where, const event_sink_actor& sink) {
      box_of(self->state, where.role).link(self, sink);
    },
    [](const gap&) {
      // It waits for nothing.
    },
    handle_drill(self),
  };
}

} // namespace pmactor
