#include "actors/flight_recorder/flight_recorder.hpp"

namespace pmactor {

void flight_recorder_memory::start_afresh() {
  history.forget();
  unstored.give_up_all();
}

flight_recorder_actor::behavior_type
flight_recorder(flight_recorder_state::pointer self, const actor_seat& seat,
                const flight_recorder_policy& policy,
                const std::shared_ptr<flight_recorder_memory>& memory) {
  self->sit(seat);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  state.events = std::make_unique<outbox<event_record, event_sink_actor>>(memory->unstored);
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
      s.events->push(self, compose_event(x, s.memory->history, s.policy.record, s.policy.culprits));
    },
    [self](const link_to&, const event_sink_actor& sink) { self->state.events->link(self, sink); },
    [](const gap&) {
      // It waits for nothing.
    },
    handle_drill(self),
  };
}

} // namespace pmactor
