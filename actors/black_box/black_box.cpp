#include "actors/black_box/black_box.hpp"

#include "actors/black_box/compose_outage.hpp"
#include "actors/black_box/compose_record.hpp"
#include "actors/black_box/decide_record.hpp"
#include "actors/black_box/encode_record.hpp"
#include "actors/supervision/log.hpp"
#include "messages/check.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t most_stalls = 4, most_processes = 5;
/// A write that takes longer is worth a word: the disk does not answer.
constexpr nanoseconds hangs = 10s;

} // namespace

void black_box_memory::start_afresh() {
  seconds.clear();
  stalls.clear();
  give_up_all(pending);
}

void black_box_state::start() {
  PMACTOR_CHECK(!memory->stored_by.empty() && !memory->notified_by.empty());
  sinks.open(memory->pending);
  sinks.of(memory->notified_by); // what is found before the links are there waits for both
  const auto& waiting = memory->pending[memory->stored_by].waiting;
  sinks.of(memory->stored_by).on_acknowledged = [m = memory.get(), box = host.get(), &waiting](const event_news&) {
    m->is_stored = waiting.size() <= 1; // the one that is acknowledged leaves it next
    if (m->is_stored)
      box->settle();
  };
  if (!policy.enabled) {
    host->discard();
    host->settle();
    memory->last_write.reset();
    self->note("records nothing: it is switched off in the settings");
    return;
  }
  host->open(); // once, whichever incarnation asks
  if (!memory->opening)
    self->note("reads how the run before ended");
}

void black_box_state::link(const link_to& where, const event_sink_actor& sink) {
  sinks.of(where.role).link(self, sink);
}

void black_box_state::report(const event_record& x, bool is_mishap) {
  sinks.of(memory->stored_by).push(self, x);
  if (!is_mishap)
    return;
  auto without = x;
  without.lead_up.clear();
  sinks.of(memory->notified_by).push(self, without);
}

/// Takes up what the thread that reads the ring has found, as soon as it has.
void black_box_state::take_opening() {
  auto& m = *memory;
  if (m.opening || !(m.opening = host->opened()))
    return;
  const auto& opening = *m.opening;
  m.last = opening.last;
  m.is_length_known = opening.is_length_known;
  m.booted = boot_time(opening.self.at);
  for (auto i = opening.debts.rbegin(); i != opening.debts.rend(); ++i)
    report(*i, false);
  if (opening.outage) {
    report(*opening.outage, opening.is_mishap);
    const auto& event = opening.outage->event;
    log_line(opening.is_mishap ? log_level::warning : log_level::info, name, "outage-found",
             capitalised(event.evidence.front()) + " (confidence: " + to_string(event.sure) + ").");
  }
  m.is_stored = opening.debts.empty() && !opening.outage;
  if (m.is_stored)
    host->settle();
  if (!opening.trouble.empty())
    log_line(log_level::error, name, "box-unavailable", opening.trouble);
  note_state();
}

void black_box_state::receive(const pause_event& x) {
  if (x.kind != event_kind::stall || !x.stall || x.stall->is_over
      || memory->stalls.size() >= 4 * most_stalls)
    return;
  memory->stalls[x.id] = {x.stall->resource, x.stall->name, x.before.awake};
}

void black_box_state::receive(const event_amendment& x) {
  if (x.over)
    memory->stalls.erase(x.id);
  else if (const auto found = memory->stalls.find(x.id); found != memory->stalls.end() && x.stall) {
    found->second.resource = x.stall->resource;
    found->second.name = x.stall->name;
  }
}

void black_box_state::receive(const scored_sample& x) {
  auto& m = *memory;
  if (!policy.enabled || x.system.tick <= m.last_tick)
    return;
  m.last_tick = x.system.tick;
  take_opening();
  add_second(m.seconds, box_second_of(x), most_box_seconds);
  const auto moved = x.system.io_read.value_or(0) + x.system.io_write.value_or(0);
  m.disk_bytes += moved * to_seconds(x.system.interval);
  if (!m.last_work || m.disk_bytes > policy.own_bytes)
    m.last_work = clock->at(self->clock().now().time_since_epoch());
  date_outage(x);
  watch_writing();
  if (is_due(x))
    write(x);
}

/// The clock of a machine without a battery for it counts from 1970, or goes on from a time that was
/// saved, until the network has set it.
void black_box_state::date_outage(const scored_sample& x) {
  auto& m = *memory;
  if (!m.last)
    return;
  clock_question question;
  question.now = x.system.at;
  question.booted = m.booted;
  question.is_length_known = m.is_length_known;
  question.is_synchronised = m.is_clock_synchronised;
  if (!is_length_due(question))
    return;
  m.booted = boot_time(x.system.at);
  if (const auto found = amend_length(*m.opening->outage, *m.last, x.system.at)) {
    m.is_length_known = true;
    sinks.of(memory->stored_by).push(self, *found);
  }
}

bool black_box_state::is_due(const scored_sample& x) const {
  const auto& m = *memory;
  if (!m.opening || !m.opening->trouble.empty())
    return false;
  record_question question;
  question.now = clock->at(self->clock().now().time_since_epoch());
  question.last = m.last_write;
  question.stress = x.stress.total();
  question.last_stress = m.last_stress;
  question.disk_bytes = m.disk_bytes;
  question.last_work = m.last_work;
  question.stalls = !m.stalls.empty();
  return decide_record(question, policy);
}

void black_box_state::write(const scored_sample& x) {
  auto& m = *memory;
  auto record = m.opening->self;
  record.at = x.system.at;
  if (x.system.cores > 0)
    record.cores = x.system.cores;
  record.mem_total = x.system.mem_total;
  record.seconds = std::exchange(m.seconds, {});
  for (const auto& [id, stall] : m.stalls)
    if (record.stalls.size() < most_stalls)
      record.stalls.push_back(stall);
  record.processes = busiest_of(x.processes, most_processes);
  auto look = host->look();
  record.disks = std::move(look.disks);
  record.handlers = std::move(look.handlers);
  record.oom_kills = look.oom_kills;
  record.group_oom_kills = look.group_oom_kills;
  record.battery_pct = look.battery_pct;
  record.on_battery = look.on_battery;
  record.kernel_lines = std::move(look.kernel_lines);
  m.is_clock_synchronised = look.is_clock_synchronised;
  if (!m.is_stored)
    record.debts = debts_of(*m.opening);
  host->write(record);
  m.last_write = clock->at(self->clock().now().time_since_epoch());
  m.last_stress = x.stress.total();
  m.disk_bytes = 0;
  note_state();
}

/// Sees to it that it is known for how long a record has been written: in lived time, as no disk is to blame for a
/// pause.
box_writing black_box_state::watch_writing() {
  auto result = host->how();
  if (std::exchange(memory->in_hand, result.in_hand) != result.in_hand)
    memory->in_hand_since = clock->at(self->clock().now().time_since_epoch());
  return result;
}

void black_box_state::note_state() {
  const auto how = watch_writing();
  self->note(std::to_string(how.written) + (how.written == 1 ? " record" : " records") + " written"
             + (how.lost > 0
                  ? ", " + std::to_string(how.lost) + " lost while the disk did not answer"
                  : ""));
  const auto& trouble = memory->opening ? memory->opening->trouble : std::string{};
  const auto taken = clock->at(self->clock().now().time_since_epoch()) - memory->in_hand_since;
  if (!trouble.empty())
    self->degraded(trouble);
  else if (how.in_hand != 0 && taken > hangs)
    self->degraded("The black box has not been written for " + to_words(taken) + ": its disk does not answer.");
  else
    self->degraded(how.trouble);
}

black_box_actor::behavior_type black_box(black_box_state::pointer self, const actor_slot_ref& slot,
                                         const black_box_policy& policy,
                                         const std::shared_ptr<box_host>& host,
                                         const lived_clock* clock,
                                         const std::shared_ptr<black_box_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.host = host;
  state.clock = clock;
  state.memory = memory;
  state.start();
  return {
    [self](const scored_sample& x) { self->state.receive(x); },
    [self](const pause_event& x) { self->state.receive(x); },
    [self](const event_amendment& x) { self->state.receive(x); },
    [self](const link_to& where, const event_sink_actor& sink) { self->state.link(where, sink); },
    handle_drill(self),
  };
}

} // namespace pmactor
