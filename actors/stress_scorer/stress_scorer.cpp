#include "actors/stress_scorer/stress_scorer.hpp"

#include "actors/supervision/log.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using pointer = actor_pointer<stress_scorer_actor, stress_scorer_state>;

/// The baseline is kept when it was learned, and then as often as this many samples.
constexpr std::uint64_t keep_every = 600;

void keep_baseline(pointer self) {
  auto& state = self->state;
  if (state.memory->baseline.samples > 0 && state.kept->unacknowledged() == 0)
    state.kept->keep(self, remember{std::string{io_baseline_key}, to_string(state.memory->baseline)});
}

void score(pointer self, const system_sample& second) {
  auto& state = self->state;
  auto& memory = *state.memory;
  if (second.tick <= memory.last_tick)
    return; // sent again, as its sender has no acknowledgement from our predecessor
  // All that may fail comes first; what follows leaves the memory whole.
  memory.joining = true;
  join_context context;
  context.power = memory.power ? &*memory.power : nullptr;
  context.power_interval = memory.power_interval;
  context.power_age = memory.power_age + second.lived;
  context.baseline = memory.baseline;
  context.latency_ratio = memory.latency_ratio;
  if (memory.witnesses)
    memory.late.add(memory.witnesses->take());
  context.late = memory.late;
  auto scored = join_sample(second, context, state.policy);
  const auto rate = io_rate(scored.system);
  memory.joining = false;
  memory.power_age = context.power_age;
  memory.power_unused = false;
  if (rate)
    memory.baseline = learn_rate(memory.baseline, *rate, state.policy.stress.baseline);
  memory.last_tick = second.tick;
  memory.latency_ratio.reset();
  memory.late = {};
  state.scored.keep(self, scored);
  const auto learned = memory.baseline.samples;
  if (rate && (learned == state.policy.stress.baseline.learning || learned % keep_every == 0))
    keep_baseline(self);
  // All of it is kept before any of it is sent.
  state.scored.send(self);
  state.kept->send(self);
}

} // namespace

void stress_scorer_memory::start_afresh() {
  baseline = {};
  power.reset();
  power_age = power_interval = {};
  latency_ratio.reset();
  late = {};
  joining = false;
  give_up_all(scored);
  kept.give_up_all();
}

stress_scorer_actor::behavior_type
stress_scorer(pointer self, const actor_slot_ref& slot, const stress_scorer_policy& policy,
              const std::shared_ptr<stress_scorer_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  if (memory->baseline.samples == 0) // nothing was learned yet, here or in an earlier run
    memory->baseline = start_learning(policy.stress.baseline);
  state.scored.open(memory->scored);
  state.kept = std::make_unique<outbox<remember, memory_sink_actor>>(memory->kept);
  if (std::exchange(memory->joining, false) && memory->power) {
    log_line(log_level::error, state.name, "power-sample-dropped",
             "The newest power sample is dropped, as scoring a second with it failed.");
    memory->power.reset();
  }
  self->set_exit_handler([self](caf::exit_msg& x) {
    if (x.reason == caf::exit_reason::user_shutdown)
      keep_baseline(self);
    self->state.kept->send(self);
    self->quit(std::move(x.reason));
  });
  return {
    [self](const system_sample& x) { score(self, x); },
    [self](const power_sample& x) {
      auto& known = *self->state.memory;
      known.power_interval = lived_interval(
        x, known.power ? std::optional{known.power_age} : std::nullopt, self->state.policy.join);
      known.power = known.power && known.power_unused ? join_windows(*known.power, x) : x;
      known.power_unused = true;
      known.power_age = {};
    },
    [self](const latency_window& x) {
      auto& known = *self->state.memory;
      known.latency_ratio = std::max(known.latency_ratio.value_or(x.worst_ratio), x.worst_ratio);
      if (x.beats > 0)
        known.late.note(late_part::beat, x.max);
    },
    handle_link(self, self->state.scored),
    handle_link(self, *self->state.kept),
    handle_drill(self),
  };
}

} // namespace pmactor
