#include "actors/switch_recorder/switch_recorder.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t most_pauses = 8;

} // namespace

void switch_recorder_memory::start_afresh() {
  source.reset();
  stalls.clear();
  pauses.clear();
  give_up_all(pending);
}

void switch_recorder_state::note_state() {
  const auto state = memory->source->state();
  const auto tier = state.tier < 0 ? std::string{"no tier"} : "tier " + std::to_string(state.tier);
  const bool is_refused = state.tier < 1;
  self->note(tier + ": records " + state.records
             + (state.refused.empty() ? "" : "; not " + std::string{is_refused ? "every CPU" : "more"} + ": " + state.refused));
  self->shortfall(state.is_by_settings ? std::string{} : state.refused, is_refused,
                  state.is_by_settings ? std::string{} : state.command);
}

void switch_recorder_state::report(event_id event, blame_facts blame) {
  event_amendment news;
  news.id = event;
  news.blame = std::move(blame);
  sinks.push(self, news);
}

void switch_recorder_state::blame_pause(const pause_event& event) {
  const auto log = memory->source->take(record_since(event));
  auto charges = charge_pause(event, log);
  if (!charges)
    return;
  auto found = sum_up_pause(event, *charges);
  found.timeline = draw_event(event, event.after.awake, log);
  auto& pauses = memory->pauses;
  std::erase_if(pauses,
                [&event](const auto& x) { return x.event.id == event.id; }); // it was sent again
  if (pauses.size() == most_pauses)
    pauses.pop_front();
  pauses.push_back({event, std::move(*charges), found});
  report(event.id, std::move(found));
}

/// Sums up anew what was charged, where the pause is explained in another way since.
void switch_recorder_state::amend_pause(const event_amendment& x) {
  for (auto& known : memory->pauses)
    if (known.event.id == x.id && x.explained) {
      amend(known.event, x);
      auto found = sum_up_pause(known.event, known.charges);
      found.timeline = known.blame.timeline;
      if (found != known.blame) {
        known.blame = found;
        report(x.id, std::move(found));
      }
      return;
    }
}

void switch_recorder_state::take(charged_stall& x, const stall_stretch& stretch) {
  const auto log = memory->source->take(needed_since(x));
  if (auto found = charge_stretch(x, log, stretch))
    report(x.event.id, std::move(*found));
  if (!stretch.is_last && is_charged(x))
    retake_later(x);
}

void switch_recorder_state::begin_stall(const pause_event& event) {
  auto& stalls = memory->stalls;
  if (std::any_of(stalls.begin(), stalls.end(), [&event](const auto& x) { return x.event.id == event.id; }))
    return;
  charged_stall found{event};
  if (event.stall->is_over) { // nothing more is to come: it needs no place among those that last
    take(found, {event.after.awake, true});
    return;
  }
  if (const auto evicted = choose_evicted_stall(stalls))
    stalls.erase(stalls.begin() + static_cast<std::ptrdiff_t>(*evicted));
  take(stalls.emplace_back(std::move(found)), {});
}

void switch_recorder_state::retake_later(charged_stall& x) {
  x.retake = ++memory->last_retake;
  self->delayed_send(self, take_after(policy, x.reach, x.in_vain), retake_due{x.retake});
}

void switch_recorder_state::receive(const retake_due& due) {
  for (auto& x : memory->stalls)
    if (x.retake == due.number && is_charged(x))
      take(x, {});
}

void switch_recorder_state::receive(const event_record& x) {
  if (!memory->source || memory->source->state().tier < 1)
    return;
  if (x.event.kind == event_kind::pause)
    blame_pause(x.event);
  else if (x.event.kind == event_kind::stall && x.event.stall)
    begin_stall(x.event);
  note_state();
}

void switch_recorder_state::receive(const event_amendment& x) {
  amend_pause(x);
  auto& stalls = memory->stalls;
  const auto found = std::find_if(stalls.begin(), stalls.end(), [&x](const auto& y) { return y.event.id == x.id; });
  if (found == stalls.end())
    return;
  if (const auto stretch = amend_charged_stall(*found, x))
    take(*found, *stretch);
  if (!x.over)
    return;
  stalls.erase(found);
  note_state(); // CPUs may have come and gone meanwhile
}

void switch_recorder_state::receive(const switch_rate& x) {
  if (memory->source && memory->source->follow(x))
    note_state();
}

switch_recorder_impl::behavior_type switch_recorder(switch_recorder_state::pointer self, const actor_slot_ref& slot,
                                                    const switch_recorder_policy& policy,
                                                    const start_switch_source& start,
                                                    const std::shared_ptr<switch_recorder_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  state.sinks.open(memory->pending);
  if (!memory->source || memory->opened_with != policy) {
    memory->source.reset(); // its memory first
    memory->source = start(policy);
    memory->opened_with = policy;
  }
  state.note_state();
  for (auto& x : memory->stalls) // the timers of the predecessor ended with it
    if (is_charged(x))
      state.retake_later(x);
  return {
    [self](const event_record& x) { self->state.receive(x); },
    [self](const event_amendment& x) { self->state.receive(x); },
    [self](const switch_rate& x) { self->state.receive(x); },
    handle_link(self, self->state.sinks),
    handle_drill(self),
    [self](const retake_due& x) { self->state.receive(x); },
  };
}

} // namespace pmactor
