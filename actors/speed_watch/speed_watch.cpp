#include "actors/speed_watch/speed_watch.hpp"

#include "actors/speed_watch/compose_slowed.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto seldom = 10s; ///< While the CPUs have little to do.

} // namespace

void speed_watch_memory::start_afresh() {
  frequency = {};
  stolen = {};
  heat = {};
  minute = {};
  signs.reset();
  give_up_all(pending);
}

void speed_watch_state::receive(const scored_sample& x) {
  auto& m = *memory;
  if (!policy.enabled || x.system.tick <= m.last_tick)
    return;
  m.last_tick = x.system.tick;
  judge_heat(x.system);
  if (!reader)
    return;
  m.unread += x.system.lived;
  const bool is_watched = may_be_busy(x.system, policy) || m.frequency.episode.lasts();
  if (!is_watched && m.unread < seldom)
    return;
  const auto lived = std::exchange(m.unread, {});
  const auto look = reader->read();
  if (look.cpus.empty())
    return;
  judge_frequency(look, lived);
  judge_stolen(look, lived);
}

void speed_watch_state::judge_frequency(const speed_look& look, std::chrono::nanoseconds lived) {
  auto& m = *memory;
  const auto speed = speed_of(look, policy);
  const auto now = judge_pace(speed, policy);
  const auto change = m.frequency.episode.add(now, look.at, lived, policy);
  if (change == slow_episode::change::suspected) {
    m.signs = reader->read_signs();
    m.slowest = speed;
  }
  if (now == pace::slow && speed.mhz < m.slowest.mhz)
    m.slowest = speed;
  if (change == slow_episode::change::begun) {
    const auto by = find_limiter(m.signs.value_or(limiter_signs{}), reader->read_signs(),
                                 m.slowest.mhz, m.slowest.most);
    report_begin(m.frequency, facts_of_frequency(m.slowest, by), 0);
  } else if (change == slow_episode::change::over) {
    report_end(m.frequency);
  }
}

void speed_watch_state::judge_stolen(const speed_look& look, std::chrono::nanoseconds lived) {
  auto& m = *memory;
  m.minute.add(look, lived);
  auto& episode = m.stolen.episode;
  const auto change = episode.add(m.minute.judge(episode.lasts(), policy), look.at, lived, policy);
  if (change == slow_episode::change::begun)
    report_begin(m.stolen, facts_of_stolen(m.minute.share().value_or(0)), 1);
  else if (change == slow_episode::change::over)
    report_end(m.stolen);
}

/// Where the system itself says how hot it is (macOS), and shows no frequencies.
void speed_watch_state::judge_heat(const system_sample& x) {
  auto& m = *memory;
  const auto change = m.heat.episode.add(judge_level(x, policy), x.at, x.lived, policy);
  if (change == slow_episode::change::begun)
    report_begin(m.heat, facts_of_heat(*x.pressure), 2);
  else if (change == slow_episode::change::over)
    report_end(m.heat);
}

void speed_watch_state::report_begin(slowness& x, event_facts facts, unsigned kind_of_slow) {
  x.facts = std::move(facts);
  const auto event = compose_slowed(x.episode, x.facts, kind_of_slow);
  x.id = event.id;
  log_line(log_level::warning, name, "slowed", capitalised(x.facts.title) + '.');
  sinks.push(self, event);
}

void speed_watch_state::report_end(const slowness& x) {
  sinks.push(self, compose_slowed_end(x.id, x.episode, x.facts));
}

speed_watch_actor::behavior_type speed_watch(speed_watch_state::pointer self,
                                             const actor_slot_ref& slot, const speed_watch_policy& policy,
                                             const speed_watch_host& host,
                                             const std::shared_ptr<speed_watch_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  state.sinks.open(memory->pending);
  if (policy.enabled)
    state.reader = host.open();
  else
    self->note("watches nothing: it is switched off in the settings");
  return {
    [self](const scored_sample& x) { self->state.receive(x); },
    handle_link(self, self->state.sinks),
    handle_drill(self),
  };
}

} // namespace pmactor
