#include "actors/kernel_log/kernel_log.hpp"

#include "actors/host/match_incident.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {
namespace {

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
  if (!m.programs && host.programs)
    m.programs = host.programs();
  if (!m.reader) {
    try {
      m.reader = host.open();
    } catch (const std::exception& e) {
      // Usual for a daemon of an ordinary user: a note, and no fault.
      self->note(e.what());
      log_line(log_level::info, name, "log-unreadable", e.what());
    }
  }
  if (m.reader)
    note_state();
  if (!m.reader && host.counts) {
    read_counts = host.counts;
    m.counts = read_counts();
  }
  clocks = host.clocks;
  if (m.reader || m.suspends || m.programs || m.counts)
    timer.start(self);
}

void kernel_log_state::take_lines(const log_look& found) {
  auto& m = *memory;
  const auto& now = found.at;
  m.read += found.lines.size();
  m.skipped += found.skipped;
  for (const auto& line : found.lines) {
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
  for (const auto& line : m.programs->read(now))
    if (const auto is = match_incident(line.text, log_source::program)) {
      const auto ago = now.wall - line.wall;
      m.groups.add(
        {*is, {now.awake - ago, now.total - ago, line.wall}, line.text, program_of(line.text)},
        policy);
    }
}

void kernel_log_state::judge_counts(const clock_sample& now) {
  constexpr std::uint64_t seldom = 5; // of the looks
  auto& m = *memory;
  if (!read_counts || ++looks % seldom != 0)
    return;
  const auto counts = read_counts();
  for (const auto& is : describe_counts(*m.counts, counts))
    m.groups.add({is, now, is.says, "kernel"}, policy);
  m.counts = counts;
}

/// What is known of a suspend once the kernel has counted it.
void kernel_log_state::judge_suspends(const clock_sample& now) {
  auto& m = *memory;
  if (!m.suspends)
    return;
  const auto counts = m.suspends->count();
  if (counts.success == m.counted.success && counts.fail == m.counted.fail)
    return;
  const auto after = m.suspends->read();
  if (const auto failure = describe_failure(m.counted, after))
    m.groups.add({*failure, now, failure->says, "kernel"}, policy);
  if (after.success.value_or(0) > m.counted.success.value_or(0)) {
    auto words = describe_suspend(m.counted, after);
    for (auto& x : m.phases.words())
      words.push_back(std::move(x));
    for (std::size_t i = 0; i < words.size(); ++i)
      remarks->push(self, {"suspend " + std::to_string(*after.success) + '.' + std::to_string(i),
                           words[i], m.looked_at == clock_sample{} ? now : m.looked_at, now});
  }
  m.counted = after;
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
  judge_counts(found.at);
  judge_suspends(found.at);
  m.looked_at = found.at;
  for (const auto& x : m.groups.look(found.at, policy)) {
    if (x.is_new) {
      ++m.reported;
      log_line(log_level::warning, name, "incident-found", capitalised(x.title) + ": " + x.line);
      // First, so that it is known whether the incident is evidence of another event.
      remarks->push(self, x.as_remark());
    }
    sinks.push(self, x.news);
  }
  if (const auto all = m.reported + m.skipped + m.groups.suppressed();
      m.reader && std::exchange(noted, all) != all)
    note_state();
}

void kernel_log_state::note_state() {
  const auto& m = *memory;
  auto text = "reads the kernel's log; " + std::to_string(m.reported)
              + (m.reported == 1 ? " incident" : " incidents");
  if (m.skipped > 0)
    text += "; " + grouped(m.skipped) + " lines were not read, as there were too many at once";
  if (const auto more = m.groups.suppressed(); more > 0)
    text += "; " + grouped(more) + " further incidents were only counted";
  self->note(text);
}

kernel_log_impl::behavior_type kernel_log(kernel_log_state::pointer self,
                                          const actor_slot_ref& slot, const incident_policy& policy,
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
    [self](const link_to& where, const pause_sink_actor& sink) {
      self->state.sinks.of(where.role).link(self, sink);
    },
    [self](const link_to&, const remark_sink_actor& sink) {
      self->state.remarks->link(self, sink);
    },
    handle_drill(self),
    [self](const log_due&) {
      if (self->state.timer.take(self))
        self->state.look();
    },
  };
}

} // namespace pmactor
