#include "actors/system_metrics/system_metrics.hpp"

#include "actors/supervision/log.hpp"
#include "actors/system_metrics/decide_switch_report.hpp"

#include <utility>

namespace pmactor {
namespace {

using pointer = actor_pointer<system_metrics_impl, system_metrics_state>;

std::chrono::nanoseconds now(pointer self) {
  return self->clock().now().time_since_epoch();
}

std::chrono::nanoseconds lived(pointer self) {
  return self->state.lived->at(now(self));
}

/// Sees to it that a timer comes for the tick that is due next. Timers are on the actors' clock, the tick is
/// due in lived time: a timer that comes too early, as a pause lies behind it, is followed by another one.
void arm(pointer self) {
  auto& state = self->state;
  // Of one reading of the clock, or a timer that is armed already would never be found to be the right one.
  const auto at = now(self);
  const auto rest = state.memory->ticks->due - state.lived->at(at);
  const auto due = at + rest;
  if (state.timers_to_come > 0 && state.next_timer == due)
    return;
  const tick order{++state.armed};
  state.next_timer = due;
  state.timers_to_come = 1;
  if (rest <= std::chrono::nanoseconds::zero()) {
    self->send(self, order);
    return;
  }
  constexpr unsigned at_once = 10; // each arming wakes CAF's clock, so not one by one
  self->scheduled_send(self, caf::actor_clock::time_point{due}, order);
  for (; state.timers_to_come < at_once; ++state.timers_to_come)
    self->scheduled_send(
      self, caf::actor_clock::time_point{due + state.timers_to_come * state.policy.period}, order);
}

void count(pointer self) {
  auto& state = self->state;
  if (state.page == nullptr)
    return;
  state.page->samples_taken.store(state.memory->ticks->ticks);
  state.page->samples_missed.store(state.memory->ticks->missed);
}

/// Notes once in each incarnation which counters this machine lacks, and logs it once.
void report_absent(pointer self, const system_counters& counters) {
  const auto absent = list_absent(counters);
  if (absent.empty())
    return;
  std::string words = "This machine does not report: ";
  for (const auto& x : absent)
    words += x + (&x == &absent.back() ? "." : ", ");
  self->note(words);
  if (!self->state.memory->last)
    log_line(log_level::info, self->state.name, "counters-absent", words);
}

void take_sample(pointer self) {
  auto& state = self->state;
  auto& memory = *state.memory;
  // All that may fail comes first; what follows leaves the memory whole.
  auto counters = state.read_counters();
  const auto before = *memory.ticks;
  const auto ticks = decide_tick(before, lived(self), state.policy);
  auto sample = compute_rates(memory.last ? &*memory.last : nullptr, counters, ticks.ticks,
                              state.policy.period);
  sample.lived = before.ticks > 0 ? ticks.last - before.last : state.policy.period;
  if (!std::exchange(state.has_reported_absent, true))
    report_absent(self, counters);
  const auto switching =
    decide_switch_report(memory.last ? &*memory.last : nullptr, counters, memory.much_switching_at);
  memory.ticks = ticks;
  memory.last = std::move(counters);
  state.samples->keep(self, std::move(sample));
  count(self);
  state.samples->send(self);
  if (switching && state.switching)
    self->send(state.switching, *switching);
}

} // namespace

void system_metrics_memory::start_afresh() {
  last.reset();
  samples.give_up_all();
}

system_metrics_impl::behavior_type
system_metrics(pointer self, const actor_slot_ref& slot, const tick_policy& policy,
               const counters_source& read_counters, const lived_clock* clock,
               const std::shared_ptr<system_metrics_memory>& memory, health_page* page) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.read_counters = read_counters;
  state.lived = clock;
  state.memory = memory;
  state.page = page;
  state.samples = std::make_unique<outbox<system_sample, system_sink_actor>>(memory->samples);
  if (!memory->ticks)
    memory->ticks = start_ticking(lived(self), policy);
  arm(self);
  return {
    [self](const tick& x) {
      auto& s = self->state;
      if (x.armed != s.armed)
        return; // armed anew since
      --s.timers_to_come;
      s.next_timer += s.policy.period;
      if (lived(self) >= s.memory->ticks->due)
        take_sample(self);
      arm(self);
    },
    handle_link(self, *self->state.samples),
    [self](const link_to&, const switch_rate_sink_actor& sink) { self->state.switching = sink; },
    handle_drill(self),
  };
}

} // namespace pmactor
