#include "actors/sample_policy/sample_policy.hpp"

#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <cmath>
#include <utility>

namespace pmactor {
namespace {

using pointer = actor_pointer<sample_policy_actor, sample_policy_state>;

/// "72 (load 40, memory 12, thermal 20)": the parts that made it so.
std::string in_words(const stress_score& stress) {
  auto whole = [](double points) { return std::to_string(std::lround(points)); };
  std::string parts;
  auto add = [&](const char* name, const std::optional<double>& points) {
    if (points && *points > 0)
      parts += (parts.empty() ? " (" : ", ") + std::string{name} + ' ' + whole(*points);
  };
  add("load", stress.load);
  add("memory", stress.memory);
  add("thermal", stress.thermal);
  add("disk", stress.io);
  return whole(lasting_stress(stress)) + parts + (parts.empty() ? "" : ")");
}

/// @param shed how many seconds had to be kept without their processes.
std::string describe(const mode_state& mode, std::uint64_t shed) {
  auto result = to_string(mode.mode) + (mode.critical ? " sampling, critical stress" : " sampling");
  if (shed > 0)
    result += "; of " + grouped(shed) + (shed == 1 ? " second" : " seconds")
              + " that waited for the database the processes were dropped";
  return result;
}

/// @returns how long the critical episode has been, from its first sample to this one: what its begin and its end are
/// apart, without sleep. For what is due only once it has lasted, paused time does not count; see mode_state.
std::chrono::nanoseconds length_of_episode(const sample_policy_memory& memory, const scored_sample& sample) {
  return sample.system.at.awake - memory.episode_began.awake;
}

/// @param length of the critical episode, if one ends.
void log_choice(const mode_choice& choice, const mode_state& before, const mode_state& after,
                const scored_sample& sample, std::chrono::nanoseconds length) {
  constexpr std::string_view component = sample_policy_state::name;
  if (choice.elevated)
    log_line(log_level::info, component, "elevated",
             "The machine is under stress, " + in_words(sample.stress)
               + " of 100 points: it is watched closely.");
  if (choice.snapshot)
    log_line(log_level::warning, component, "critical-stress",
             "The stress is critical: " + in_words(sample.stress) + " of 100 points.");
  if (choice.alert)
    log_line(log_level::warning, component, "alert",
             "The stress has been critical for " + to_words(after.critical_for)
               + ", now " + in_words(sample.stress) + " of 100 points.");
  if (choice.all_clear)
    log_line(log_level::info, component, "all-clear",
             "The stress is no longer critical, after " + to_words(std::chrono::round<std::chrono::seconds>(length)) + '.');
  if (choice.normal)
    log_line(log_level::info, component, "normal-again",
             "The machine is calm again, after " + to_words(before.elevated_for) + " under stress.");
}

/// Has a critical episode kept: as it begins, so that it is there if the machine does not survive it;
/// when it is over, its length is sent after it.
void keep_episode(pointer self, const mode_state& before, const mode_state& after,
                  const scored_sample& sample) {
  auto& memory = *self->state.memory;
  if (after.critical == before.critical)
    return;
  const auto& at = sample.system.at;
  if (!after.critical) {
    event_amendment end;
    end.id = memory.episode;
    end.over = event_amendment::end{at.wall, length_of_episode(memory, sample)};
    self->state.episodes->keep(self, end);
    return;
  }
  pause_event event;
  event.kind = event_kind::critical;
  event.before = event.after = at;
  event.started = event.ended = at.wall;
  event.id = memory.episode = mint_event_id(event.kind, event.started);
  memory.episode_began = at;
  self->state.episodes->keep(self, event);
}

/// Sends the NOTIFIER what people should know.
void alert(pointer self, const mode_choice& choice, const mode_state& after, const scored_sample& sample) {
  const auto push = [&](bool is, stress_change change, std::chrono::nanoseconds lasted) {
    if (is)
      self->state.alerts->keep(
        self, {change, sample.system.tick, sample.system.at, sample.stress, lasted});
  };
  push(choice.elevated, stress_change::elevated, {});
  push(choice.alert, stress_change::critical, after.critical_for);
  push(choice.all_clear, stress_change::relieved, length_of_episode(*self->state.memory, sample));
}

void decide(pointer self, const scored_sample& sample) {
  auto& state = self->state;
  auto& memory = *state.memory;
  if (sample.system.tick <= memory.last_tick)
    return; // sent again, as its sender has no acknowledgement from our predecessor
  // All that may fail comes first; what follows leaves the memory whole.
  auto mode = memory.mode;
  const auto choice = decide_sampling(mode, sample, state.policy);
  log_choice(choice, memory.mode, mode, sample, length_of_episode(memory, sample));
  const bool is_changed = choice.elevated || choice.normal || mode.critical != memory.mode.critical;
  const auto shed = memory.stored.shed;
  const auto before = std::exchange(memory.mode, mode);
  memory.last_tick = sample.system.tick;
  memory.late.add(sample.late);
  if (choice.store) {
    auto row = sample;
    row.late = std::exchange(memory.late, {}); // a late second is not lost with a sample that is not stored
    state.stored->keep(self, row);
  } else if (state.page != nullptr) {
    state.page->samples_discarded.fetch_add(1);
  }
  if (is_changed || memory.stored.shed != shed)
    self->note(describe(mode, memory.stored.shed));
  keep_episode(self, before, mode, sample);
  alert(self, choice, mode, sample);
  // All of it is kept before any of it is sent.
  state.stored->send(self);
  state.episodes->send(self);
  state.alerts->send(self);
}

} // namespace

void sample_policy_memory::start_afresh() {
  mode = {};
  late = {};
  stored.give_up_all();
  episodes.give_up_all();
  alerts.give_up_all();
}

sample_policy_actor::behavior_type
sample_policy(pointer self, const actor_slot_ref& slot, const sampling_policy& policy,
              const std::shared_ptr<sample_policy_memory>& memory, health_page* page) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  state.page = page;
  state.stored = std::make_unique<outbox<scored_sample, scored_sink_actor>>(memory->stored);
  state.episodes = std::make_unique<outbox<pause_news, pause_sink_actor>>(memory->episodes);
  state.alerts = std::make_unique<outbox<stress_alert, alert_sink_actor>>(memory->alerts);
  if (page != nullptr)
    state.stored->on_acknowledged = [page](const scored_sample&) { page->samples_stored.fetch_add(1); };
  self->note(describe(memory->mode, memory->stored.shed));
  return {
    [self](const scored_sample& x) { decide(self, x); },
    handle_link(self, *self->state.stored),
    handle_link(self, *self->state.episodes),
    handle_link(self, *self->state.alerts),
    handle_drill(self),
  };
}

} // namespace pmactor
