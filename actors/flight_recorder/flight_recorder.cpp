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

void flight_recorder_state::hear(pointer self, const scored_sample& x) {
  auto& kept = *memory;
  if (x.system.tick <= kept.last_tick)
    return;
  if (const auto& known = kept.history.samples(); known.empty() || known.back().system.tick != x.system.tick)
    kept.history.add(x);
  for (const auto& event : kept.awaited)
    if (came_after(x, event) && find_across(event, kept.history) != nullptr) {
      event_amendment found;
      found.id = event.id;
      found.culprits = compose_event(event, kept.history, policy.record, policy.culprits).culprits;
      if (!found.culprits.empty())
        hear(self, found);
    }
  std::erase_if(kept.awaited, [&x](const pause_event& event) { return came_after(x, event); });
  kept.last_tick = x.system.tick; // last, so that a sample that failed halfway is taken again
}

void flight_recorder_state::hear(pointer self, const pause_event& x) {
  auto& kept = *memory;
  auto event = compose_event(x, kept.history, policy.record, policy.culprits);
  if (const auto whole = sinks.find(kept.lead_up_for); whole != sinks.end()) {
    whole->second->push(self, event);
    if (const auto shed = kept.pending[kept.lead_up_for].shed; shed > 0)
      self->note("of " + std::to_string(shed)
                 + (shed == 1 ? " event that waited" : " events that waited")
                 + " for the database the seconds before it were dropped");
  }
  event.lead_up = {};
  for (auto& [role, box] : sinks)
    if (role != kept.lead_up_for)
      box->push(self, event);
  const auto& samples = kept.history.samples();
  const auto is_awaited = [&x](const pause_event& y) { return y.id == x.id; };
  if (x.kind != event_kind::pause || (!samples.empty() && came_after(samples.back(), x))
      || std::any_of(kept.awaited.begin(), kept.awaited.end(), is_awaited))
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

void flight_recorder_state::hear(pointer self, const event_amendment& x) {
  for (auto& [role, box] : sinks)
    box->push(self, x);
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
  // What comes before the links are there again waits for the sinks of the predecessor.
  for (const auto& [role, box] : memory->pending)
    box_of(state, role);
  return {
    [self](const scored_sample& x) { self->state.hear(self, x); },
    [self](const pause_event& x) { self->state.hear(self, x); },
    [self](const event_amendment& x) { self->state.hear(self, x); },
    [self](const link_to& where, const event_sink_actor& sink) {
      box_of(self->state, where.role).link(self, sink);
    },
    handle_drill(self),
  };
}

} // namespace pmactor
