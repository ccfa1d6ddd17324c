#include "actors/flight_recorder/flight_recorder.hpp"

#include "actors/flight_recorder/choose_culprits_by_blame.hpp"
#include "messages/check.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

void drop_timeline(std::optional<blame_facts>& x) {
  if (x)
    x->timeline.reset();
}

} // namespace

void flight_recorder_memory::start_afresh() {
  history.forget();
  recent.clear();
  parts = {};
  remarks = {};
  give_up_all(pending);
}

void flight_recorder_state::receive(pointer self, const scored_sample& x) {
  auto& kept = *memory;
  if (x.system.tick <= kept.last_tick)
    return;
  if (const auto& known = kept.history.samples(); known.empty() || known.back().system.tick != x.system.tick)
    kept.history.add(x);
  for (auto& recent : kept.recent)
    if (!recent.is_complete && completes(x, recent.event)) {
      amend_culprits(self, recent);
      recent.is_complete = true;
    }
  kept.last_tick = x.system.tick; // last, so that a sample that failed halfway is taken again
}

void flight_recorder_state::receive(pointer self, const pause_event& x) {
  auto& kept = *memory;
  if (x.kind == event_kind::incident && kept.remarks.is_attached(topic_of_incident(x.id)))
    return; // it is evidence of another event
  if (x.stall)
    kept.history.hold(x.before.awake);
  auto event = compose_event(x, kept.history, policy.record, policy.culprits);
  kept.parts.learn(x);
  event.event.part_of = kept.parts.stall_of(x.id);
  if (kept.pending.count(kept.lead_up_for) > 0) {
    sinks.of(kept.lead_up_for).push(self, event);
    if (const auto shed = kept.pending[kept.lead_up_for].shed; shed > 0)
      self->note("of " + std::to_string(shed)
                 + (shed == 1 ? " event that waited" : " events that waited")
                 + " for the database the seconds before it were dropped");
  }
  event.lead_up = {};
  drop_timeline(event.event.blame);
  sinks.each([&](const std::string& role, auto& box) {
    if (role != kept.lead_up_for)
      box.push(self, event);
  });
  if (x.kind == event_kind::pause || x.kind == event_kind::stall)
    remember(self, x, !event.culprits.empty());
  kept.parts.note_reported(x.id, event.event.part_of);
  amend_parts(self);
  for (const auto& evidence : kept.remarks.learn(x))
    report(self, evidence);
}

/// Reports which pauses are part of which stall by all that is known now, where it is not what was reported.
void flight_recorder_state::amend_parts(pointer self) {
  for (const auto& x : memory->parts.review()) {
    report(self, x);
    memory->parts.note_reported(x.id, x.part_of);
  }
}

void flight_recorder_state::remember(pointer self, const pause_event& x, bool has_suspects) {
  auto& recent = memory->recent;
  if (std::any_of(recent.begin(), recent.end(), [&x](const auto& y) { return y.event.id == x.id; }))
    return;
  const auto& samples = memory->history.samples();
  recent.push_back({x, has_suspects, std::any_of(samples.begin(), samples.end(), [&x](const scored_sample& y) {
                      return completes(y, x);
                    })});
  const auto evicted = choose_evicted_event(recent);
  if (!evicted)
    return;
  if (auto* slot = self->slot(); slot && evicted->is_early)
    slot->dropped.fetch_add(1, std::memory_order_relaxed);
  recent.erase(recent.begin() + static_cast<std::ptrdiff_t>(evicted->index));
}

/// Reports which processes are suspected by all that is known now. After so long that the samples around it
/// have no processes any more, what was reported stays.
void flight_recorder_state::amend_culprits(pointer self, recent_event& x) {
  const bool is_recorded = x.event.blame && is_answered(x.event, *x.event.blame);
  if (!is_recorded
      && (find_across(x.event, memory->history) == nullptr || !is_begin_known(x.event, memory->history)))
    return;
  auto record = compose_event(x.event, memory->history, policy.record, policy.culprits);
  event_amendment found;
  found.id = x.event.id;
  found.culprits = std::move(record.culprits);
  if (record.event.blame != x.event.blame)
    found.blame = std::move(record.event.blame);
  const bool has_suspects = !found.culprits->empty();
  if (x.has_suspects || has_suspects || found.blame)
    report(self, found);
  // Behind the report: what failed halfway is reported again.
  x.has_suspects = has_suspects;
  if (found.blame)
    x.event.blame = found.blame;
}

void flight_recorder_state::receive(pointer self, const event_amendment& x) {
  if (kind_of(x.id) == event_kind::incident && memory->remarks.is_attached(topic_of_incident(x.id)))
    return;
  report(self, x);
  for (auto& recent : memory->recent)
    if (recent.event.id == x.id) {
      amend(recent.event, x);
      if ((x.over || x.lasts) && recent.event.stall)
        recent.event.after.awake = recent.event.before.awake + recent.event.duration;
      if (((x.explained || x.over) && recent.is_complete) || x.blame)
        amend_culprits(self, recent);
    }
  memory->parts.learn(x);
  amend_parts(self);
  memory->remarks.learn(x);
}

void flight_recorder_state::receive(pointer self, const remark& x) {
  for (const auto& evidence : memory->remarks.learn(x))
    report(self, evidence);
}

void flight_recorder_state::report(pointer self, const event_amendment& x) {
  auto for_others = x;
  drop_timeline(for_others.blame);
  sinks.each([&](const std::string& role, auto& box) { box.keep(self, role == memory->lead_up_for ? x : for_others); });
  sinks.send(self);
}

flight_recorder_actor::behavior_type
flight_recorder(flight_recorder_state::pointer self, const actor_slot_ref& slot,
                const flight_recorder_policy& policy,
                const std::shared_ptr<flight_recorder_memory>& memory) {
  PMACTOR_CHECK(!memory->lead_up_for.empty());
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  memory->history.follow(policy.record); // the settings may have been read again
  // What comes before the links are there again waits for the sinks of the predecessor.
  state.sinks.open(memory->pending);
  return {
    [self](const scored_sample& x) { self->state.receive(self, x); },
    [self](const pause_event& x) { self->state.receive(self, x); },
    [self](const event_amendment& x) { self->state.receive(self, x); },
    [self](const remark& x) { self->state.receive(self, x); },
    handle_link(self, self->state.sinks),
    handle_drill(self),
  };
}

} // namespace pmactor
