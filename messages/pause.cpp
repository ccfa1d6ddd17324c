#include "messages/pause.hpp"

#include "messages/check.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace pmactor {
namespace {

constexpr std::int64_t kind_bits = 7;

/// In the order of event_kind.
constexpr std::array<const char*, event_kinds> kind_names{"pause",  "sleep",    "critical", "stall",
                                                          "outage", "incident", "slowed",   "clock"};

struct cause_words {
  const char* name;     ///< As stored.
  const char* sentence; ///< Half a line by itself.
  const char* title;    ///< The second half of "Froze 12.3 s, …".
};

/// In the order of pause_cause.
constexpr std::array<cause_words, pause_causes> causes{{
  {"asleep", "the machine was asleep", "asleep"},
  {"stopped", "a signal stopped pmactor", "stopped by a signal"},
  {"frozen", "pmactor's cgroup was frozen", "its control group was frozen"},
  {"cpu_wait", "other work held the CPUs", "starved of CPU"},
  {"quota", "the CPU quota was used up", "its CPU quota was used up"},
  {"io", "pmactor waited for a disk", "stalled on I/O"},
  {"memory", "pmactor waited for memory", "short of memory"},
  {"stolen", "the hypervisor held the CPUs", "the hypervisor held the CPUs"},
  {"interrupts", "interrupts held its CPU", "interrupts held its CPU"},
  {"kernel", "the kernel held a CPU", "the kernel held a CPU"},
  {"firmware", "the firmware held the CPUs", "the firmware held the CPUs"},
  {"traced", "a debugger held pmactor", "a debugger held it"},
  {"own_work", "pmactor itself was busy", "pmactor itself was busy"},
  {"unexplained", "no counter explains it", "no counter explains it"},
}};

const cause_words& words_of(pause_cause x) {
  return causes[static_cast<std::size_t>(x)];
}

/// @returns about how many bytes it takes beside itself.
std::size_t footprint(const std::optional<blame_facts>& x) {
  if (!x)
    return 0;
  const auto of_timeline = x->timeline ? x->timeline->slices.size() * sizeof(cpu_slice)
                                           + x->timeline->tasks.size() * sizeof(timeline_task)
                                       : 0;
  return x->doers.size() * sizeof(doer) + of_timeline;
}

std::string hedged(const char* words, pause_cause cause, confidence sure) {
  const bool is_doubtful = sure == confidence::low && cause != pause_cause::unexplained;
  return (is_doubtful ? "perhaps " : "") + std::string{words};
}

} // namespace

event_id mint_event_id(event_kind kind, std::chrono::nanoseconds started) {
  return {(started.count() & ~kind_bits) | static_cast<std::int64_t>(kind)};
}

event_kind kind_of(event_id x) {
  static_assert(event_kinds == kind_bits + 1);
  return static_cast<event_kind>(x.value & kind_bits);
}

std::chrono::nanoseconds started_of(event_id x) {
  return std::chrono::nanoseconds{x.value & ~kind_bits};
}

bool accuses(const pause_event& x) {
  return x.kind == event_kind::critical || x.cause != pause_cause::unexplained;
}

pause_cause cause_of(stall_resource x) {
  switch (x) {
    case stall_resource::memory:
      return pause_cause::memory;
    case stall_resource::disk:
    case stall_resource::mount:
      return pause_cause::io;
    case stall_resource::cpu:
      return pause_cause::cpu_wait;
    case stall_resource::quota:
      return pause_cause::quota;
    case stall_resource::freezer:
      return pause_cause::frozen;
    case stall_resource::desktop:
    case stall_resource::task:
    case stall_resource::program:
      break;
  }
  return pause_cause::unexplained;
}

confidence confidence_in(stall_resource x) {
  if (x == stall_resource::quota || x == stall_resource::freezer)
    return confidence::high; // the kernel counts just that
  return cause_of(x) == pause_cause::unexplained ? confidence::low : confidence::medium;
}

void explain_stall(pause_event& event, const stall_facts& facts) {
  event.stall = facts;
  event.cause = cause_of(facts.resource);
  event.sure = confidence_in(facts.resource);
}

bool is_outdated(const event_amendment& x, std::chrono::nanoseconds known) {
  return x.lasts && x.lasts->duration <= known;
}

void amend(pause_event& event, const event_amendment& x) {
  PMACTOR_CHECK(event.id == x.id);
  if (x.scope)
    event.scope = *x.scope;
  for (const auto& says : x.evidence)
    if (std::find(event.evidence.begin(), event.evidence.end(), says) == event.evidence.end())
      event.evidence.push_back(says);
  if (x.explained) {
    event.cause = x.explained->cause;
    event.sure = x.explained->sure;
    event.book = x.explained->book;
  }
  if (x.part_of)
    event.part_of = *x.part_of == event_id{} ? std::nullopt : x.part_of;
  if (!is_outdated(x, event.duration)) {
    if (x.stall)
      explain_stall(event, *x.stall);
    if (const auto& until = x.over ? x.over : x.lasts) {
      event.ended = until->ended;
      event.duration = until->duration;
    }
  }
  if (x.facts)
    event.facts = x.facts;
  if (x.blame)
    event.blame = x.blame;
}

void amend(event_record& record, const event_amendment& x) {
  amend(record.event, x);
  if (x.culprits)
    record.culprits = *x.culprits;
}

std::size_t footprint(const event_news& x) {
  const auto* record = std::get_if<event_record>(&x);
  if (record == nullptr) {
    const auto& amendment = std::get<event_amendment>(x);
    const auto& found = amendment.culprits;
    return sizeof x + (found ? found->size() : 0) * sizeof(culprit) + footprint(amendment.blame)
           + (amendment.facts ? amendment.facts->size() : 0);
  }
  auto result = sizeof x + record->culprits.size() * sizeof(culprit) + footprint(record->event.blame)
                + (record->event.facts ? record->event.facts->size() : 0);
  for (const auto& line : record->event.book.lines)
    result += line.evidence.capacity();
  for (const auto& second : record->lead_up)
    result += footprint(second);
  return result;
}

bool shed_details(event_news& x) {
  auto* record = std::get_if<event_record>(&x);
  auto& blame = record != nullptr ? record->event.blame : std::get<event_amendment>(x).blame;
  if (blame && blame->timeline) {
    blame->timeline.reset();
    return true;
  }
  if (record == nullptr || record->lead_up.empty())
    return false;
  std::vector<scored_sample>{}.swap(record->lead_up);
  return true;
}

std::chrono::nanoseconds ledger::total() const {
  std::chrono::nanoseconds sum{};
  for (const auto& line : lines)
    sum += line.length;
  return sum;
}

std::string to_string(const hypervisor_fact& x) {
  const std::string name = x.name[0] == '\0' ? "a hypervisor" : x.name.data();
  switch (x.sign) {
    case hypervisor_sign::cpu:
      return name + ", as the CPU says";
    case hypervisor_sign::kernel:
      return name + ", as the kernel says";
    case hypervisor_sign::firmware:
      return name + ", as the firmware says";
  }
  return "?";
}

std::string to_string(pause_cause x) {
  return words_of(x).name;
}

bool may_be_by_processes(pause_cause x) {
  switch (x) {
    case pause_cause::cpu_wait:
    case pause_cause::kernel:
    case pause_cause::io:
    case pause_cause::memory:
    case pause_cause::unexplained:
      return true;
    default:
      return false;
  }
}

std::optional<pause_scope> pause_scope_from(std::string_view name) {
  for (const auto x : {pause_scope::unknown, pause_scope::daemon_only, pause_scope::system,
                       pause_scope::daemon_and_sampler})
    if (name == to_string(x))
      return x;
  return std::nullopt;
}

std::optional<pause_cause> pause_cause_from(std::string_view name) {
  for (std::size_t i = 0; i < pause_causes; ++i)
    if (name == causes[i].name)
      return static_cast<pause_cause>(i);
  return std::nullopt;
}

bool reaches_pmactor_alone(pause_cause x) {
  return x == pause_cause::stopped || x == pause_cause::frozen || x == pause_cause::traced || x == pause_cause::quota
         || x == pause_cause::own_work;
}

bool may_have_spared_others(pause_scope scope, pause_cause cause) {
  return scope == pause_scope::daemon_and_sampler
         || (scope == pause_scope::unknown && reaches_pmactor_alone(cause));
}

std::string to_string(event_kind x) {
  return kind_names[static_cast<std::size_t>(x)];
}

std::string to_string(confidence x) {
  switch (x) {
    case confidence::low:
      return "low";
    case confidence::medium:
      return "medium";
    case confidence::high:
      return "high";
  }
  return "?";
}

std::string to_string(pause_scope x) {
  switch (x) {
    case pause_scope::unknown:
      return "unknown";
    case pause_scope::daemon_only:
      return "daemon_only";
    case pause_scope::system:
      return "system";
    case pause_scope::daemon_and_sampler:
      return "daemon_and_sampler";
  }
  return "?";
}

std::string to_string(event_id x) {
  return std::to_string(x.value);
}

std::string to_string(const event_amendment& x) {
  return "event_amendment{of " + to_string(x.id) + (x.scope ? ", scope " + to_string(*x.scope) : "")
         + (x.explained ? ", cause " + to_string(x.explained->cause) : "")
         + (x.evidence.empty() ? "" : ", " + x.evidence.back())
         + (x.culprits ? ", " + std::to_string(x.culprits->size()) + " culprits" : "")
         + (x.over ? ", over after " + spelled(x.over->duration) : "")
         + (x.lasts ? ", lasts for " + spelled(x.lasts->duration) : "")
         + (x.part_of ? ", part of " + to_string(*x.part_of) : "")
         + (x.facts ? ", facts " + *x.facts : "") + (x.blame ? ", " + to_string(*x.blame) : "") + '}';
}

std::string to_string(const pause_news& x) {
  return std::visit([](const auto& news) { return to_string(news); }, x);
}

std::string to_string(const event_news& x) {
  return std::visit([](const auto& news) { return to_string(news); }, x);
}

std::string to_string(const beat_counters& x) {
  return "beat_counters{" + to_string(x.at) + '}';
}

std::string to_string(const late_beat& x) {
  return "late_beat{due " + spelled(x.deadline) + ", came " + spelled(x.after.at.awake) + '}';
}

std::string to_string(const clock_reading& x) {
  return "clock_reading{" + to_string(x.at) + ", " + std::to_string(x.lateness.size()) + " beats}";
}

std::string to_string(const latency_window& x) {
  return "latency_window{worst ratio " + std::to_string(x.worst_ratio) + ", p50 " + spelled(x.p50)
         + ", max " + spelled(x.max) + '}';
}

std::string to_string(const witness_reading& x) {
  return "witness_reading{" + to_string(x.arrived) + ", elapsed " + spelled(x.elapsed)
         + (x.daemon_state ? std::string{", daemon in "} + *x.daemon_state : std::string{}) + '}';
}

std::string to_string(const ledger& x) {
  return "ledger" + to_json(x);
}

std::string to_string(const culprit& x) {
  return "culprit{" + std::to_string(x.pid) + ' ' + x.name + ": " + x.reason + '}';
}

std::string to_string(const pause_event& x) {
  return "pause_event{" + to_string(x.kind) + ' ' + spelled(x.duration) + " ± "
         + spelled(x.uncertainty) + ", " + to_string(x.cause) + " (" + to_string(x.sure) + "), "
         + to_string(x.scope) + ", asleep " + spelled(x.asleep) + ", " + to_json(x.book)
         + (x.part_of ? ", part of " + to_string(*x.part_of) : "")
         + (x.facts ? ", facts " + *x.facts : "") + (x.blame ? ", " + to_string(*x.blame) : "") + '}';
}

std::string to_string(const event_record& x) {
  return "event_record{" + to_string(x.event) + ", " + std::to_string(x.culprits.size())
         + " culprits, " + std::to_string(x.lead_up.size()) + " s of lead-up}";
}

std::string to_json(const ledger& x) {
  std::string result = "{";
  for (std::size_t i = 0; i < pause_causes; ++i)
    if (x.lines[i].length != std::chrono::nanoseconds::zero())
      result += (result.size() > 1 ? ",\"" : "\"") + std::string{causes[i].name} + "\":"
                + printed("%.9f", to_seconds(x.lines[i].length));
  return result += '}';
}

std::string evidence_json(const pause_event& x) {
  std::string result = "[";
  for (std::size_t i = 0; i < pause_causes; ++i)
    if (const auto& says = x.book.lines[i].evidence; !says.empty())
      result += (result.size() > 1 ? ",{\"line\":\"" : "{\"line\":\"") + std::string{causes[i].name}
                + "\",\"says\":" + json_quoted(says) + '}';
  for (const auto& says : x.evidence)
    result += (result.size() > 1 ? ",{\"says\":" : "{\"says\":") + json_quoted(says) + '}';
  return result += ']';
}

std::string to_json(const std::vector<culprit>& x) {
  std::string result = "[";
  for (const auto& one : x) {
    result += result.size() > 1 ? ",{" : "{";
    result += "\"pid\":" + std::to_string(one.pid);
    if (one.start_time)
      result += ",\"start_time\":" + printed("%.3f", *one.start_time);
    result += ",\"name\":" + json_quoted(one.name) + ",\"reason\":" + json_quoted(one.reason) + '}';
  }
  return result += ']';
}

std::string cause_in_words(pause_cause cause, confidence sure) {
  return hedged(words_of(cause).sentence, cause, sure);
}

std::string cause_in_title(pause_cause cause, confidence sure) {
  return hedged(words_of(cause).title, cause, sure);
}

} // namespace pmactor
