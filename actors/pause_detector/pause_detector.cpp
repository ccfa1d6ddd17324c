#include "actors/pause_detector/pause_detector.hpp"

#include "actors/pause_detector/amend_by_late_suspend.hpp"
#include "actors/pause_detector/compose_clock.hpp"
#include "actors/pause_detector/compose_pause.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_unwitnessed = 16, most_own_lateness = 64;

std::string summary(const lateness_histogram& x) {
  return "p50 " + spelled(x.quantile(0.5)) + ", p99 " + spelled(x.quantile(0.99)) + ", p99.9 "
         + spelled(x.quantile(0.999)) + ", p99.99 " + spelled(x.quantile(0.9999)) + ", max "
         + spelled(x.max());
}

} // namespace

std::string sentence_of(const pause_event& event) {
  const auto& evidence = event.book[event.cause].evidence;
  if (event.kind == event_kind::sleep)
    return "The machine was asleep for " + spelled(event.duration) + '.';
  return "Paused for " + spelled(event.duration) + " (give or take " + spelled(event.uncertainty)
         + "): " + cause_in_words(event.cause, event.sure) + (evidence.empty() ? "" : "; " + evidence)
         + '.';
}

void pause_detector_memory::start_afresh() {
  give_up_all(pending);
  unwitnessed.clear();
  own_lateness.clear();
  witness = witness_line{};
}

void pause_detector_state::publish(const pause_news& news) {
  sinks.push(self, news);
}

void pause_detector_state::await_witness(const pause_event& event) {
  auto& open = memory->unwitnessed;
  open.push_back(event);
  if (open.size() <= most_unwitnessed)
    return;
  // The shortest stays without a scope: the child was the least likely to be due in it.
  open.erase(
    std::min_element(open.begin(), open.end(), [](const pause_event& a, const pause_event& b) {
      return a.duration < b.duration;
    }));
  if (auto* slot = self->slot())
    slot->dropped.fetch_add(1, std::memory_order_relaxed);
}

void pause_detector_state::judge(const late_beat& beat) {
  if (beat.deadline <= memory->judged)
    return; // reported before its predecessor died
  for (const auto& found : find_pause_or_sleep(beat, policy.find)) {
    const auto event = compose_pause(found, beat, policy.book, policy.find.least_wall_step);
    publish(event);
    if (event.kind == event_kind::pause) {
      memory->last_pause = event;
      await_witness(event);
      if (may_have_spared_others(event.scope, event.cause)) {
        memory->own_lateness.push_back(lateness_of(beat));
        if (memory->own_lateness.size() > most_own_lateness)
          memory->own_lateness.pop_front();
      }
    }
    log_line(event.kind == event_kind::pause ? log_level::warning : log_level::info, name,
             event.kind == event_kind::pause ? "pause-found" : "sleep-found", sentence_of(event));
  }
  memory->judged = beat.deadline;
}

void pause_detector_state::receive(const clock_reading& reading) {
  latency_window window;
  window.at = reading.at;
  lateness_histogram second;
  nanoseconds latest{}; // of the beats that tell of the machine
  for (const auto late : reading.lateness) {
    second.count(late, nanoseconds::zero());
    if (std::erase(memory->own_lateness, late) == 0)
      latest = std::max(latest, late);
    minute.count(late, reading.period);
    memory->since_start.count(late, reading.period);
    if (auto* slot = self->slot())
      slot->beats_late.count(late);
  }
  window.beats = static_cast<std::uint32_t>(reading.lateness.size());
  window.p50 = second.quantile(0.5);
  window.p99 = second.quantile(0.99);
  window.max = second.max();
  if (reading.period > nanoseconds::zero())
    window.worst_ratio = 1 + to_seconds(latest) / to_seconds(reading.period);
  if (latency_sink)
    self->send(latency_sink, window);

  if (reading.at.awake - minute_began >= std::chrono::minutes{1}) {
    last_minute = minute;
    minute = {};
    minute_began = reading.at.awake;
    self->note("beats late by " + summary(memory->since_start) + "; in the last minute by "
               + summary(last_minute));
  }
  for (const auto& x : reading.steps)
    judge_step(x);
  judge_sleeps(reading);
  settle_scopes(reading.at.total);
}

void pause_detector_state::count_window(const witness_reading& x) {
  const auto usual = memory->witness.usual();
  if (auto* slot = self->slot(); slot != nullptr && usual && x.elapsed > nanoseconds::zero())
    slot->windows_late.count(x.elapsed - *usual);
}

void pause_detector_state::judge_step(const clock_step& step) {
  const auto size = step.by < nanoseconds{} ? -step.by : step.by;
  if (size > policy.find.least_wall_step)
    log_line(log_level::info, name, "clock-step",
             "The wall clock was set " + step_words(step.by) + "; no decision depends on it.");
  if (size >= policy.find.least_clock_event && step.at.awake > memory->stepped) {
    memory->stepped = step.at.awake;
    publish(compose_clock_event(step));
  }
}

/// The kernel counts a suspend once the tasks run again. Where its clocks went on in it, it was taken for a pause.
void pause_detector_state::judge_sleeps(const clock_reading& reading) {
  auto& m = *memory;
  const auto apart = reading.at.total - reading.at.awake;
  if (apart - std::exchange(m.apart, apart) > policy.find.least_sleep)
    m.last_pause.reset(); // it is this sleep that is counted, now or soon
  const auto before = std::exchange(m.sleeps, reading.sleeps ? reading.sleeps : m.sleeps);
  if (grown(before, m.sleeps).value_or(0) == 0 || !m.last_pause)
    return;
  if (const auto amendment = amend_by_late_suspend(*m.last_pause, reading.at)) {
    for (auto& open : m.unwitnessed)
      if (open.id == amendment->id)
        amend(open, *amendment);
    publish(*amendment);
  }
  m.last_pause.reset();
}

void pause_detector_state::settle_scopes(nanoseconds now) {
  auto& open = memory->unwitnessed;
  nanoseconds earlier{};
  for (auto i = open.begin(); i != open.end();) {
    // What was seen of the daemon comes first: whether the child's lateness says anything of others
    // depends on what held the daemon up.
    const auto seen = see_daemon(*i, memory->witness, policy.scope);
    const auto sighted = seen ? with_sight(*i, *seen) : *i;
    const auto scope = decide_scope(sighted, memory->witness, now, policy.scope, earlier);
    earlier = i->after.total;
    if (!scope || (!seen && may_be_seen(*i, memory->witness, now, policy.scope))) {
      ++i;
      continue;
    }
    if (*scope != pause_scope::unknown || sighted != *i)
      publish(amend_scope(*i, sighted, *scope));
    i = open.erase(i);
  }
}

pause_detector_actor::behavior_type pause_detector(pause_detector_state::pointer self,
                                                   const actor_slot_ref& slot,
                                                   const pause_detector_policy& policy,
                                                   const std::shared_ptr<pause_detector_memory>& memory) {
  self->attach(slot);
  self->state.policy = policy;
  self->state.memory = memory;
  self->state.sinks.open(memory->pending);
  return {
    [self](const clock_reading& x) { self->state.receive(x); },
    [self](const late_beat& x) { self->state.judge(x); },
    [self](const witness_reading& x) {
      self->state.count_window(x);
      self->state.memory->witness.add(x);
      self->state.settle_scopes(x.arrived.total);
    },
    handle_link(self, self->state.sinks),
    [self](const link_to&, const latency_sink_actor& sink) { self->state.latency_sink = sink; },
    handle_drill(self),
  };
}

} // namespace pmactor
