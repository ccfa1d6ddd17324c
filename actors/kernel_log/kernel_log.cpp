#include "actors/kernel_log/kernel_log.hpp"

#include "actors/host/read_clock.hpp"
#include "actors/supervision/log.hpp"
#include "messages/match_incident.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {
namespace {

/// Of one look, in CPU time: with what reading takes, a flood costs less than 4 % of one CPU.
constexpr std::chrono::milliseconds longest_judging{20};

/// Bounds what the thread spends on a piece of work.
class cpu_budget {
public:
  explicit cpu_budget(std::chrono::nanoseconds most)
    : until_{read_clock(CLOCK_THREAD_CPUTIME_ID) + most} {
  }
  /// Looks at the clock at every eighth call.
  bool is_spent() {
    return ++calls_ % 8 == 0 && read_clock(CLOCK_THREAD_CPUTIME_ID) > until_;
  }

private:
  std::chrono::nanoseconds until_;
  unsigned calls_ = 0;
};

/// @returns "systemd-oomd" of "systemd-oomd[612]: Killed …".
std::string program_of(const std::string& text) {
  return text.substr(0, text.find_first_of("[: "));
}

} // namespace

void kernel_log_memory::start_afresh() {
  groups = {};
  clock = {};
  give_up_all(pending);
  remarks.give_up_all();
}

void kernel_log_state::open(const kernel_log_host& host) {
  auto& m = *memory;
  if (!m.suspends && host.suspends) {
    m.suspends = host.suspends();
    m.counted = m.suspends->read();
  }
  if (!m.devices && host.devices)
    m.devices = host.devices();
  if (!m.reader) {
    try {
      m.reader = host.open();
    } catch (const std::exception& e) {
      // Usual for a daemon of an ordinary user: a note, and no fault.
      self->note(e.what());
      log_line(log_level::info, name, "log-unreadable", e.what());
    }
  }
  if (!m.reader && !m.programs && host.follow)
    m.programs = host.follow();
  if (!m.programs && host.programs)
    m.programs = host.programs();
  was_followed = is_followed();
  if (m.reader || was_followed)
    note_state();
  else if (host.counts) {
    read_counts = host.counts;
    m.counts = read_counts();
  }
  clocks = host.clocks;
  if (m.reader || m.suspends || m.programs || m.counts || m.devices)
    timer.start(self);
}

void kernel_log_state::take_lines(const log_look& found) {
  auto& m = *memory;
  const auto& now = found.at;
  m.read += found.lines.size();
  m.skipped += found.skipped;
  cpu_budget budget{longest_judging};
  for (const auto& line : found.lines) {
    if (budget.is_spent()) { // a flood of what looks like incidents, and takes long to judge
      m.skipped += static_cast<std::uint64_t>(&found.lines.back() - &line + 1);
      break;
    }
    m.phases.add(line);
    const auto at = m.clock.place(line.at, now.awake);
    const auto from = line.facility == 0 ? log_source::kernel : log_source::program;
    if (const auto is = match_incident(line.text, from))
      m.groups.add({*is,
                    {at, now.total - (now.awake - at), now.wall - (now.awake - at)},
                    line.text,
                    from == log_source::kernel ? "kernel" : program_of(line.text)},
                   policy);
  }
}

void kernel_log_state::take_programs(const clock_sample& now) {
  auto& m = *memory;
  if (!m.programs)
    return;
  const auto lines = m.programs->read(now);
  cpu_budget budget{longest_judging};
  for (const auto& line : lines) {
    if (budget.is_spent()) {
      m.skipped += static_cast<std::uint64_t>(&lines.back() - &line + 1);
      break;
    }
    const auto ago = now.wall - line.wall;
    const clock_sample at{now.awake - ago, now.total - ago, line.wall};
    if (line.is_kernel) {
      kernel_line as_logged;
      as_logged.at = at.awake;
      as_logged.text = line.text;
      m.phases.add(as_logged);
    } else {
      m.reasons.add(line.wall, line.text);
    }
    const auto from = line.is_kernel ? log_source::kernel : log_source::program;
    if (const auto is = match_incident(line.text, from))
      m.groups.add({*is, at, line.text, line.is_kernel ? "kernel" : program_of(line.text)}, policy);
  }
}

void kernel_log_state::take_devices(const clock_sample& now) {
  auto& m = *memory;
  if (!m.devices)
    return;
  for (const auto& is : m.devices->read())
    m.groups.add({is, now, is.says, "kernel"}, policy);
}

void kernel_log_state::judge_counts(const clock_sample& now) {
  constexpr std::uint64_t seldom = 5; // of the looks
  auto& m = *memory;
  if (!read_counts || is_followed() || ++looks % seldom != 0)
    return;
  const auto counts = read_counts();
  for (const auto& is : describe_counts(*m.counts, counts))
    m.groups.add({is, now, is.says, "kernel"}, policy);
  m.counts = counts;
}

void kernel_log_state::judge_suspends(const clock_sample& now) {
  auto& m = *memory;
  if (!m.suspends || !has_suspended(m.counted, m.suspends->count()))
    return;
  const auto after = m.suspends->read();
  if (const auto failure = describe_failure(m.counted, after))
    m.groups.add({*failure, now, failure->says, "kernel"}, policy);
  if (const auto slept = m.sleeps.find_counted(m.counted, after, now)) {
    push_all(describe_sleep(*slept, m.counted, after, m.phases));
    ask_about(*slept);
  }
  m.phases.clear(); // the first lines of the next one may be skipped in a flood
  m.counted = after;
}

void kernel_log_state::find_sleep(const clock_sample& now) {
  auto& m = *memory;
  if (m.suspends)
    return;
  if (const auto slept = m.sleeps.find_by_clocks(now))
    ask_about(*slept);
}

void kernel_log_state::ask_about(const known_sleep& x) {
  if (auto& programs = memory->programs)
    programs->ask_about_sleep(x.began);
}

void kernel_log_state::push_all(const std::vector<remark>& found) {
  for (const auto& x : found)
    remarks->push(self, x);
}

void kernel_log_state::look() {
  auto& m = *memory;
  log_look found;
  if (m.reader)
    found = m.reader->read();
  else
    found.at = clocks();
  take_lines(found);
  take_programs(found.at);
  take_devices(found.at);
  judge_counts(found.at);
  judge_suspends(found.at);
  find_sleep(found.at);
  push_all(m.sleeps.explain(m.reasons, found.at));
  m.sleeps.note_look(found.at);
  for (const auto& x : m.groups.look(found.at, policy)) {
    if (x.is_new) {
      ++m.reported;
      log_line(log_level::warning, name, "incident-found", capitalised(x.title) + ": " + x.line);
      // First, so that it is known whether the incident is evidence of another event.
      remarks->push(self, x.as_remark());
    }
    sinks.push(self, x.news);
  }
  const bool follows = is_followed();
  const bool is_news = std::exchange(was_followed, follows) != follows;
  if (const auto all = m.reported + skipped() + m.groups.suppressed();
      (m.reader || follows) && (std::exchange(noted, all) != all || is_news))
    note_state();
}

bool kernel_log_state::is_followed() const {
  return !memory->reader && memory->programs && memory->programs->has_kernel_lines();
}

std::uint64_t kernel_log_state::skipped() const {
  const auto& m = *memory;
  return m.skipped + (m.programs ? m.programs->skipped() : 0);
}

void kernel_log_state::note_state() {
  const auto& m = *memory;
  auto text = std::string{"reads the kernel's log"} + (is_followed() ? " in the journal" : "")
              + "; " + std::to_string(m.reported) + (m.reported == 1 ? " incident" : " incidents");
  if (const auto dropped = skipped(); dropped > 0)
    text += "; " + grouped(dropped) + " lines were not read, as there were too many at once";
  if (const auto more = m.groups.suppressed(); more > 0)
    text += "; " + grouped(more) + " further incidents were only counted";
  self->note(text);
}

kernel_log_impl::behavior_type kernel_log(kernel_log_state::pointer self,
                                          const actor_slot_ref& slot, const kernel_log_policy& policy,
                                          const kernel_log_host& host,
                                          const std::shared_ptr<kernel_log_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.memory = memory;
  state.sinks.open(memory->pending);
  state.remarks = std::make_unique<outbox<remark, remark_sink_actor>>(memory->remarks);
  if (policy.enabled)
    state.open(host);
  else
    self->note("reads nothing: it is switched off in the settings");
  return {
    handle_link(self, self->state.sinks),
    handle_link(self, *self->state.remarks),
    handle_drill(self),
    [self](const log_due&) {
      if (self->state.timer.take(self))
        self->state.look();
    },
  };
}

} // namespace pmactor
