#include "actors/flight_recorder/flight_recorder.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::size_t most_awaited = 16;

flight_recorder_state::event_outbox& box_of(flight_recorder_state& state, const std::string& role) {
  auto& box = state.sinks[role];
  if (!box)
    box = std::make_unique<flight_recorder_state::event_outbox>(state.memory->pending[role]);
  return *box;
}

} // namespace

void flight_recorder_memory::start_afresh() {
  history.forget();
  awaited.clear();
  for (auto& [role, box] : pending)
    box.give_up_all();
}

void flight_recorder_state::tell(pointer self, const pause_event& x) {
  const auto event = compose_event(x, memory->history, policy.record, policy.culprits);
  for (auto& [role, box] : sinks)
    box->keep(self, event);
  for (auto& [role, box] : sinks)
    box->send(self);
}

void flight_recorder_state::hear(pointer self, const scored_sample& x) {
  auto& kept = *memory;
  if (x.system.tick <= kept.last_tick)
    return;
  if (const auto& known = kept.history.samples(); known.empty() || known.back().system.tick != x.system.tick)
    kept.history.add(x);
  for (auto event : kept.awaited)
    if (came_after(x, event) && find_across(event, kept.history) != nullptr) {
      event.amends = true;
      tell(self, event);
    }
  std::erase_if(kept.awaited, [&x](const pause_event& event) { return came_after(x, event); });
  kept.last_tick = x.system.tick; // last, so that a sample that failed halfway is taken again
}

void flight_recorder_state::hear(pointer self, const pause_event& x) {
  auto& kept = *memory;
  tell(self, x);
  std::erase_if(kept.awaited, [&](const pause_event& y) { return y.started == x.started; });
  const auto& samples = kept.history.samples();
  if (x.kind != event_kind::pause || (!samples.empty() && came_after(samples.back(), x)))
    return;
  kept.awaited.push_back(x);
  if (kept.awaited.size() <= most_awaited)
    return;
  // The shortest goes without the suspects of its own time: there was the least to be seen in it.
  kept.awaited.erase(std::min_element(
    kept.awaited.begin(), kept.awaited.end(),
    [](const pause_event& a, const pause_event& b) { return a.duration < b.duration; }));
  if (auto* slot = self->slot())
    slot->dropped.fetch_add(1, std::memory_order_relaxed);
}

flight_recorder_actor::behavior_type
flight_recorder(flight_recorder_state::pointer self, const actor_slot_ref& slot,
                const flight_recorder_policy& policy,
                const std::shared_ptr<flight_recorder_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  memory->history.follow(policy.record); // the settings may have been read again
  // Whom its predecessor told hears also of what comes before the links are there again.
  for (const auto& [role, box] : memory->pending)
    box_of(state, role);
  return {
    [self](const scored_sample& x) { self->state.hear(self, x); },
    [self](const pause_event& x) { self->state.hear(self, x); },
    [self](const link_to& where, const event_sink_actor& sink) {
      box_of(self->state, where.role).link(self, sink);
    },
    handle_drill(self),
  };
}

} // namespace pmactor
