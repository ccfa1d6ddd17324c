#include "app/export/compose_metrics.hpp"

#include "messages/stall.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

constexpr std::array<std::string_view, 8> known_kinds = {"pause",    "sleep",  "critical", "stall",
                                                         "outage", "incident", "slowed",   "clock"};
constexpr std::array<health_state, 7> health_states = {
  health_state::healthy, health_state::degraded, health_state::stuck, health_state::stopped,
  health_state::dead,    health_state::not_running, health_state::unknown};
/// A sample that is older says nothing of now.
constexpr double fresh_for = 60;

std::string key_of(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '_');
  return words;
}

std::string or_none(const std::string& word) {
  return word.empty() ? "none" : word;
}

std::optional<metric_exemplar> exemplar_of(const std::optional<event_total::example>& x) {
  if (!x)
    return std::nullopt;
  return metric_exemplar{{{"event_id", std::to_string(x->event_id)}}, x->duration, x->ended};
}

void add_durations(exposition& out, const metric_labels& labels, const event_total& x) {
  std::vector<std::optional<metric_exemplar>> exemplars;
  for (const auto& example : x.newest)
    exemplars.push_back(exemplar_of(example));
  out.histogram(labels, {duration_edges.begin(), duration_edges.end()}, {x.counts.begin(), x.counts.end()}, x.seconds,
                exemplars);
}

void add(event_total& to, const event_total& x) {
  for (std::size_t i = 0; i < x.counts.size(); ++i) {
    to.counts[i] += x.counts[i];
    if (x.newest[i] && (!to.newest[i] || to.newest[i]->ended <= x.newest[i]->ended))
      to.newest[i] = x.newest[i];
  }
  to.seconds += x.seconds;
}

/// @returns the totals of one kind, taken together by what *name* makes of their class.
template <class F>
std::map<std::decay_t<std::invoke_result_t<F, const event_class&>>, event_total>
gathered(const event_totals& totals, std::string_view kind, F name) {
  std::map<std::decay_t<std::invoke_result_t<F, const event_class&>>, event_total> result;
  for (const auto& [which, total] : totals)
    if (which.kind == kind)
      add(result[name(which)], total);
  return result;
}

void add_identity(exposition& out, const metrics_input& x) {
  out.family("pmactor_build", metric_type::info, "", "The version of pmactor.");
  out.sample({{"version", x.version}}, 1);
  metric_labels labels{{"host", x.host.name}, {"machine_id", x.host.machine_id}, {"boot_id", x.host.boot_id}};
  std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
  labels.insert(labels.end(), x.labels.begin(), x.labels.end());
  out.family("pmactor_host", metric_type::info, "", "Which machine and boot this is, with the labels of its operator.");
  out.sample(labels, 1);
}

void add_event_counts(exposition& out, const event_tally& events) {
  std::map<std::string, std::pair<double, double>> kinds;
  for (const auto kind : known_kinds)
    kinds[std::string{kind}] = {};
  for (const auto& [which, total] : events.totals) {
    auto& [count, seconds] = kinds[or_none(which.kind)];
    count += static_cast<double>(total.count());
    seconds += total.seconds;
  }
  out.family("pmactor_events", metric_type::counter, "", "Events that are over, by kind.");
  for (const auto& [kind, sums] : kinds)
    out.sample({{"kind", kind}}, sums.first);
  out.family("pmactor_event_seconds", metric_type::counter, "seconds", "How long they lasted, all together.");
  for (const auto& [kind, sums] : kinds)
    out.sample({{"kind", kind}}, sums.second);
}

void add_durations_of_events(exposition& out, const event_totals& totals) {
  const auto pauses = gathered(totals, "pause", [](const event_class& x) {
    return std::make_pair(or_none(x.cause), or_none(x.scope));
  });
  out.family("pmactor_pause_seconds", metric_type::histogram, "seconds",
             "How long pauses lasted, those within stalls too. A series appears with its first pause.");
  for (const auto& [name, total] : pauses)
    add_durations(out, {{"cause", name.first}, {"scope", name.second}}, total);
  out.family("pmactor_stall_seconds", metric_type::histogram, "seconds",
             "How long stalls lasted. A series appears with its first stall.");
  for (const auto& [resource, total] : gathered(totals, "stall", [](const event_class& x) { return or_none(x.detail); }))
    add_durations(out, {{"resource", resource}}, total);
  const auto outages = gathered(totals, "outage", [](const event_class& x) { return or_none(x.detail); });
  out.family("pmactor_outages", metric_type::counter, "", "Times that the machine was down, by what ended it.");
  for (const auto& [verdict, total] : outages)
    out.sample({{"verdict", verdict}}, static_cast<double>(total.count()));
  out.family("pmactor_last_outage_timestamp_seconds", metric_type::gauge, "seconds",
             "When the newest outage of that verdict was over. An alert can use it after any "
             "length of downtime.");
  for (const auto& [verdict, total] : outages) {
    std::optional<double> newest;
    for (const auto& x : total.newest)
      if (x)
        newest = std::max(newest.value_or(x->ended), x->ended);
    if (newest)
      out.sample({{"verdict", verdict}}, *newest);
  }
}

void add_events(exposition& out, const event_tally& events) {
  add_event_counts(out, events);
  add_durations_of_events(out, events.totals);
  std::map<std::pair<std::string, std::string>, double> lasting{{{"critical", "none"}, 0}};
  for (std::size_t i = 0; i < stall_resources; ++i)
    lasting[{"stall", to_string(static_cast<stall_resource>(i))}] = 0;
  for (const auto& x : events.lasting) {
    // As the totals have it: no foreign bytes become a label.
    event_totals word;
    count_event(word, x);
    lasting[{or_none(word.begin()->first.kind), or_none(word.begin()->first.detail)}] += 1;
  }
  out.family("pmactor_event_in_progress", metric_type::gauge, "", "Events that last at this moment.");
  for (const auto& [name, count] : lasting)
    out.sample({{"kind", name.first}, {"resource", name.second}}, count);
  out.family("pmactor_last_event_timestamp_seconds", metric_type::gauge, "seconds",
             "When the newest event of the kind ended, or began if it lasts.");
  for (const auto& [kind, x] : events.newest)
    out.sample({{"kind", or_none(kind)}}, x.at);
  out.family("pmactor_last_event_duration_seconds", metric_type::gauge, "seconds",
             "How long the newest event of the kind lasted; absent while it lasts.");
  for (const auto& [kind, x] : events.newest)
    if (x.duration)
      out.sample({{"kind", or_none(kind)}}, *x.duration);
}

void add_stress(exposition& out, const sample_row& x) {
  constexpr std::array<std::pair<std::string_view, sample_column>, 5> parts = {{{"load", sample_column::stress_load},
                                                                                {"memory", sample_column::stress_memory},
                                                                                {"thermal", sample_column::stress_thermal},
                                                                                {"latency", sample_column::stress_latency},
                                                                                {"io", sample_column::stress_io}}};
  out.family("pmactor_stress_points", metric_type::gauge, "", "The stress of the machine, 0 to 100.");
  if (const auto total = x[sample_column::stress_total])
    out.sample({}, *total);
  out.family("pmactor_stress_part_points", metric_type::gauge, "", "What the stress is made of.");
  for (const auto& [part, column] : parts)
    if (const auto points = x[column])
      out.sample({{"part", std::string{part}}}, *points);
}

void add_lateness(exposition& out, const char* name, const char* help, const lateness_report& x) {
  std::vector<double> edges;
  for (const auto edge : lateness_counts::edges)
    edges.push_back(to_seconds(edge));
  out.family(name, metric_type::histogram, "seconds", help);
  out.histogram({}, edges, {x.counts.begin(), x.counts.end()}, to_seconds(x.sum));
}

void add_samples(exposition& out, const health_report& x) {
  const auto number = [](std::uint64_t count) { return static_cast<double>(count); };
  out.family("pmactor_lived_seconds", metric_type::counter, "seconds",
             "Time in which the machine was neither paused nor asleep, since the daemon's start.");
  out.sample({}, number(x.samples_taken + x.samples_missed));
  out.family("pmactor_samples", metric_type::counter, "",
             "Seconds by what became of their sample, since the daemon's start.");
  for (const auto& [fate, count] :
       {std::pair{"stored", x.samples_stored}, {"discarded", x.samples_discarded}, {"lost", x.samples_lost},
        {"missed", x.samples_missed}})
    out.sample({{"fate", fate}}, number(count));
}

template <class F>
void add_actor_family(exposition& out, const health_report& x, const char* name, metric_type type, const char* unit,
                      const char* help, F value) {
  out.family(name, type, unit, help);
  for (const auto& actor : x.actors)
    if (const std::optional<double> number = value(actor);
        number && actor.phase != actor_phase::absent && !actor.name.empty())
      out.sample({{"actor", actor.name}}, *number);
}

void add_actors(exposition& out, const health_report& x) {
  using actor = actor_report;
  using number = std::optional<double>;
  const auto counted = [](auto member) {
    return [member](const actor& a) -> number { return static_cast<double>(a.*member); };
  };
  constexpr auto counter = metric_type::counter, gauge = metric_type::gauge;
  add_actor_family(out, x, "pmactor_actor_up", gauge, "", "Whether the actor runs.",
                   [](const actor& a) -> number { return a.phase == actor_phase::running ? 1 : 0; });
  add_actor_family(out, x, "pmactor_actor_degraded", gauge, "",
                   "Whether something of it does not work; of powermetrics-reader: of the sampler.",
                   [](const actor& a) -> number { return a.degraded.empty() ? 0 : 1; });
  add_actor_family(out, x, "pmactor_actor_restarts", counter, "", "How often it was restarted.", counted(&actor::restarts));
  add_actor_family(out, x, "pmactor_actor_hangs", counter, "", "Handlers that ran longer than they may.",
                   counted(&actor::hangs));
  add_actor_family(out, x, "pmactor_actor_errors", counter, "",
                   "What it tried in vain, of storage-writer: commits; it may have tried again.", counted(&actor::errors));
  add_actor_family(out, x, "pmactor_actor_handled", counter, "", "Messages that it handled.", counted(&actor::handled));
  add_actor_family(out, x, "pmactor_actor_dropped", counter, "", "What fell off a full queue or history.",
                   counted(&actor::dropped));
  add_actor_family(out, x, "pmactor_actor_mailbox_messages", gauge, "", "Messages that wait.", counted(&actor::waiting));
  add_actor_family(out, x, "pmactor_actor_handler_seconds", gauge, "seconds",
                   "For how long it has been handling a message; 0 if it handles none.", [](const actor& a) -> number {
                     return a.handling_for ? to_seconds(*a.handling_for) : 0;
                   });
}

void add_daemon(exposition& out, const health_view& view) {
  const auto state = view.verdict.state;
  out.family("pmactor_up", metric_type::gauge, "", "Whether the daemon runs and gets on.");
  out.sample({}, state == health_state::healthy || state == health_state::degraded ? 1 : 0);
  out.family("pmactor_health", metric_type::gauge, "", "How the daemon is: 1 at the one state that holds.");
  for (const auto x : health_states)
    out.sample({{"state", key_of(to_string(x))}}, x == state ? 1 : 0);
  if (const auto cost = cost_of(view)) {
    out.family("pmactor_cpu_seconds", metric_type::counter, "seconds", "CPU time of the daemon and its children.");
    out.sample({}, to_seconds(cost->cpu));
    if (cost->memory) {
      out.family("pmactor_memory_bytes", metric_type::gauge, "bytes", "Resident memory of the daemon and its children.");
      out.sample({}, *cost->memory);
    }
  }
  if (!view.report)
    return;
  const auto& x = *view.report;
  if (x.started_wall) {
    out.family("pmactor_start_time_seconds", metric_type::gauge, "seconds", "When the daemon was started.");
    out.sample({}, to_seconds(*x.started_wall));
  }
  if (x.pulse_wall) {
    out.family("pmactor_heartbeat_timestamp_seconds", metric_type::gauge, "seconds",
               "The daemon's last sign of life, once a second while it lives.");
    out.sample({}, to_seconds(*x.pulse_wall));
  }
  add_samples(out, x);
  for (const auto& actor : x.actors)
    if (actor.name == "pause-detector") {
      add_lateness(out, "pmactor_beat_lateness_seconds", "How late the daemon's beats came, ten a second.",
                   actor.beats_late);
      add_lateness(out, "pmactor_witness_lateness_seconds",
                   "By how much the sampler's windows were longer than usual, one a second.", actor.windows_late);
    }
  add_actors(out, x);
}

void add_unrecorded(exposition& out, const metrics_input& x) {
  double slept = 0, unrecorded = 0;
  for (const auto& [which, total] : x.events->totals) {
    slept += which.kind == "sleep" ? total.seconds : 0;
    unrecorded += which.kind == "outage" ? total.seconds : 0;
  }
  out.family("pmactor_slept_seconds", metric_type::counter, "seconds", "Time that the machine was asleep.");
  out.sample({}, slept);
  out.family("pmactor_unrecorded_seconds", metric_type::counter, "seconds",
             "Time of which there is no record, as the machine was down.");
  out.sample({}, unrecorded);
}

} // namespace

std::string compose_metrics(const metrics_input& x, exposition_format format) {
  exposition out{format};
  add_identity(out, x);
  add_daemon(out, x.health);
  if (x.events) {
    add_events(out, *x.events);
    add_unrecorded(out, x);
  }
  if (x.newest && to_seconds(x.health.now_wall) - x.newest->at() < fresh_for)
    add_stress(out, *x.newest);
  return out.finish();
}

} // namespace pmactor
