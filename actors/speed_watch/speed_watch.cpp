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
  const bool is_watched = may_be_busy(x.system, policy) || m.frequency.lasts();
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
  const auto change = m.frequency.add(now, look.at, lived, policy);
  if (change == slow_episode::change::suspected) {
    m.signs = reader->read_signs();
    m.slowest = speed;
  }
  if (now == pace::slow && speed.mhz < m.slowest.mhz)
    m.slowest = speed;
  if (change == slow_episode::change::begun) {
    const auto by = find_limiter(m.signs.value_or(limiter_signs{}), reader->read_signs(),
                                 m.slowest.mhz, m.slowest.most);
    m.frequency_facts = facts_of_frequency(m.slowest, by);
    const auto event = compose_slowed(m.frequency, m.frequency_facts, 0);
    m.frequency_id = event.id;
    log_line(log_level::warning, name, "slowed", capitalised(m.frequency_facts.title) + '.');
    report(event);
  } else if (change == slow_episode::change::over) {
    report(compose_slowed_end(m.frequency_id, m.frequency, m.frequency_facts));
  }
}

void speed_watch_state::judge_stolen(const speed_look& look, std::chrono::nanoseconds lived) {
  auto& m = *memory;
  m.minute.add(look, lived);
  const auto change =
    m.stolen.add(m.minute.judge(m.stolen.lasts(), policy), look.at, lived, policy);
  if (change == slow_episode::change::begun) {
    m.stolen_facts = facts_of_stolen(m.minute.share().value_or(0));
    const auto event = compose_slowed(m.stolen, m.stolen_facts, 1);
    m.stolen_id = event.id;
    log_line(log_level::warning, name, "slowed", capitalised(m.stolen_facts.title) + '.');
    report(event);
  } else if (change == slow_episode::change::over) {
    report(compose_slowed_end(m.stolen_id, m.stolen, m.stolen_facts));
  }
}

/// Where the system itself says how hot it is (macOS), and shows no frequencies.
void speed_watch_state::judge_heat(const system_sample& x) {
  auto& m = *memory;
  const auto change = m.heat.add(judge_level(x, policy), x.at, x.lived, policy);
  if (change == slow_episode::change::begun) {
    m.heat_facts = facts_of_heat(*x.pressure);
    const auto event = compose_slowed(m.heat, m.heat_facts, 2);
    m.heat_id = event.id;
    log_line(log_level::warning, name, "slowed", capitalised(m.heat_facts.title) + '.');
    report(event);
  } else if (change == slow_episode::change::over) {
    report(compose_slowed_end(m.heat_id, m.heat, m.heat_facts));
  }
}

void speed_watch_state::report(const pause_news& news) {
  sinks.push(self, news);
}

speed_watch_actor::behavior_type speed_watch(speed_watch_state::pointer self,
                                             const actor_slot_ref& slot, const speed_policy& policy,
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
