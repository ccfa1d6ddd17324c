#include "app/topology.hpp"

#include "actors/clock_sampler/clock_sampler.hpp"
#include "actors/flight_recorder/flight_recorder.hpp"
#include "actors/forensics_supervisor/forensics_supervisor.hpp"
#include "actors/notifier/list_faults.hpp"
#include "actors/notifier/notifier.hpp"
#include "actors/pause_detector/pause_detector.hpp"
#include "actors/powermetrics_reader/powermetrics_reader.hpp"
#include "actors/sample_policy/sample_policy.hpp"
#include "actors/storage_writer/storage_writer.hpp"
#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/system_metrics/system_metrics.hpp"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// Spawns on a thread of its own or in the pool. Under the deterministic scheduler all are pooled: a
/// detached actor would be a real thread with a clock that is not made for threads.
template <class F, class... Ts>
caf::strong_actor_ptr spawn_child_of(caf::local_actor& parent, bool own_thread, F f, Ts&&... xs) {
  if (own_thread)
    return caf::actor_cast<caf::strong_actor_ptr>(
      parent.spawn<caf::detached + caf::monitored>(f, std::forward<Ts>(xs)...));
  return caf::actor_cast<caf::strong_actor_ptr>(
    parent.spawn<caf::monitored>(f, std::forward<Ts>(xs)...));
}

/// *from* sends to *to*; linked anew whenever one of them was restarted.
struct edge {
  std::string from, to;
  void (*link)(const caf::strong_actor_ptr& from, const std::string& role,
               const caf::strong_actor_ptr& to);
};

template <class From, class Sink>
edge connect(std::string from, std::string to) {
  return {std::move(from), std::move(to),
          [](const caf::strong_actor_ptr& sender, const std::string& role,
             const caf::strong_actor_ptr& receiver) {
            caf::anon_send(caf::actor_cast<From>(sender), link_to{role},
                           caf::actor_cast<Sink>(receiver));
          }};
}

/// The handles of those that are up, and the links between them. Used by the SUPERVISOR alone.
class wiring {
public:
  explicit wiring(std::vector<edge> edges) : edges_(std::move(edges)) {
  }

  void operator()(std::string_view id, const caf::strong_actor_ptr& handle) {
    const std::string name{id};
    if (!handle) {
      up_.erase(name);
      return;
    }
    up_[name] = handle;
    for (const auto& x : edges_)
      if (x.from == name || x.to == name)
        if (const auto from = up_.find(x.from), to = up_.find(x.to);
            from != up_.end() && to != up_.end())
          x.link(from->second, x.to, to->second);
  }

private:
  std::vector<edge> edges_;
  std::map<std::string, caf::strong_actor_ptr> up_;
};

/// Appends what an outbox holds as rows of the history.
template <class T>
void append_waiting(std::vector<history_row>& rows, const outbox_memory<T>& box) {
  for (const auto& entry : box.waiting)
    if constexpr (is_variant<T>::value)
      std::visit([&rows](const auto& value) { rows.emplace_back(value); }, entry.value);
    else
      rows.emplace_back(entry.value);
}

} // namespace

supervisor_setup make_topology(const topology_options& options, const topology_seams& seams,
                               health_page& page, lived_clock& lived) {
  const auto conf = std::make_shared<settings>(options.conf); // as they hold; see on_reload
  const bool threads = !seams.all_pooled;
  const auto scorer_keeps = std::make_shared<stress_scorer_memory>();
  if (const auto baseline = parse_baseline(options.io_baseline))
    scorer_keeps->baseline = *baseline;
  const auto policy_keeps = std::make_shared<sample_policy_memory>();
  const auto metrics_keeps = std::make_shared<system_metrics_memory>();
  const auto beat_keeps = std::make_shared<clock_sampler_memory>();
  const auto detector_keeps = std::make_shared<pause_detector_memory>();
  const auto notifier_keeps = std::make_shared<notifier_memory>();
  const auto forensics_keeps = std::make_shared<forensics_memory>();
  const auto recorder_keeps = std::make_shared<flight_recorder_memory>(conf->recorder.record);
  detector_keeps->pending.try_emplace("flight-recorder"); // known before they are linked
  recorder_keeps->pending["storage-writer"].most_bytes = 512 << 10; // a dozen events with what led to them
  recorder_keeps->pending["notifier"].limit = 64; // an optional child may be gone for good
  forensics_keeps->pending["notifier"].limit = 64;
  for (auto* counter :
       {&metrics_keeps->samples.lost, &scorer_keeps->scored.lost, &policy_keeps->stored.lost})
    *counter = &page.samples_lost;

  if (options.unstored != nullptr)
    *options.unstored = [=] {
      std::vector<history_row> rows;
      append_waiting(rows, scorer_keeps->kept);
      append_waiting(rows, policy_keeps->stored);
      append_waiting(rows, recorder_keeps->pending["storage-writer"]);
      append_waiting(rows, forensics_keeps->pending["storage-writer"]);
      return rows;
    };

  supervisor_setup result;
  const auto add = [&result](std::string id) -> child_spec& {
    auto& spec = result.children.emplace_back();
    spec.id = std::move(id);
    return spec;
  };

  // Receivers before their senders, so that the stop, in reverse, lets each finish what it was sent.
  auto& storage = add("storage-writer");
  storage.detached = threads;
  storage.hang_limit = 30s; // a disk may take that long; its rows wait with their senders
  storage.start = [=, open = seams.open](caf::local_actor& parent, const actor_slot_ref& slot) {
    return spawn_child_of(parent, threads, storage_writer, slot, open, conf->storage);
  };

  auto& telling = add("notifier");
  telling.optional = true;
  telling.start = [=, &page, &lived, open = seams.delivery](caf::local_actor& parent, const actor_slot_ref& slot) {
    auto told = conf->notifications;
    told.when.learning = conf->sampling.learning;
    told.when.enabled = told.when.enabled && open;
    return spawn_child_of(parent, false, notifier, slot, told, &lived, notifier_keeps, open, fault_source{[&page] {
                            return list_faults(page, notifier_state::name);
                          }});
  };
  telling.forget = [=] { notifier_keeps->start_afresh(); };

  const bool captures = static_cast<bool>(seams.capture);
  if (captures) {
    recorder_keeps->pending["forensics-supervisor"].limit = 64;
    auto& forensics = add("forensics-supervisor");
    forensics.optional = true;
    forensics.start = [=, &lived, host = forensics_host{seams.platform, seams.facts, seams.capture, seams.snapshot}](
                        caf::local_actor& parent, const actor_slot_ref& slot) {
      auto told = conf->forensics;
      told.capture.enabled = told.capture.enabled && !conf->sampling.learning;
      return spawn_child_of(parent, false, forensics_supervisor, slot, told, host, &lived, forensics_keeps);
    };
    forensics.forget = [=] { forensics_keeps->start_afresh(); };
  }

  auto& policy = add("sample-policy");
  policy.start = [=, &page](caf::local_actor& parent, const actor_slot_ref& slot) {
    return spawn_child_of(parent, false, sample_policy, slot, conf->sampling, policy_keeps, &page);
  };
  policy.forget = [=] { policy_keeps->start_afresh(); };

  auto& recorder = add("flight-recorder");
  recorder.start = [=](caf::local_actor& parent, const actor_slot_ref& slot) {
    return spawn_child_of(parent, false, flight_recorder, slot, conf->recorder, recorder_keeps);
  };
  recorder.forget = [=] { recorder_keeps->start_afresh(); };

  auto& detector = add("pause-detector");
  detector.start = [=](caf::local_actor& parent, const actor_slot_ref& slot) {
    return spawn_child_of(parent, false, pause_detector, slot, conf->pauses, detector_keeps);
  };
  detector.forget = [=] { detector_keeps->start_afresh(); };

  auto& scorer = add("stress-scorer");
  scorer.start = [=](caf::local_actor& parent, const actor_slot_ref& slot) {
    return spawn_child_of(parent, false, stress_scorer, slot, conf->scorer, scorer_keeps);
  };
  scorer.forget = [=] { scorer_keeps->start_afresh(); };

  auto& reader = add("powermetrics-reader");
  reader.optional = true;
  reader.start = [=, &lived, start = seams.start_child](caf::local_actor& parent, const actor_slot_ref& slot) {
    return spawn_child_of(parent, false, powermetrics_reader, slot, conf->powermetrics, &lived, start);
  };

  auto& metrics = add("system-metrics");
  metrics.start = [=, &page, &lived, read = seams.read_counters](caf::local_actor& parent,
                                                                 const actor_slot_ref& slot) {
    return spawn_child_of(parent, false, system_metrics, slot, tick_policy{}, read, &lived, metrics_keeps,
                          &page);
  };
  metrics.forget = [=] { metrics_keeps->start_afresh(); };

  auto& beat = add("clock-sampler");
  beat.beats = static_cast<bool>(seams.beat);
  beat.start = [=, start = seams.beat](caf::local_actor& parent, const actor_slot_ref& slot) {
    beat_policy told;
    told.late = conf->pauses.find.least_lateness;
    told.asleep = conf->pauses.find.least_sleep;
    return spawn_child_of(parent, false, clock_sampler, slot, told, start, beat_keeps);
  };
  beat.forget = [=] { beat_keeps->start_afresh(); };

  result.wire = wiring{{
    connect<sample_policy_actor, scored_sink_actor>("sample-policy", "storage-writer"),
    connect<stress_scorer_actor, scored_sink_actor>("stress-scorer", "sample-policy"),
    connect<stress_scorer_actor, memory_sink_actor>("stress-scorer", "storage-writer"),
    connect<powermetrics_reader_actor, power_sink_actor>("powermetrics-reader", "stress-scorer"),
    connect<system_metrics_actor, system_sink_actor>("system-metrics", "stress-scorer"),
    connect<clock_sampler_actor, beat_sink_actor>("clock-sampler", "pause-detector"),
    connect<powermetrics_reader_actor, witness_sink_actor>("powermetrics-reader", "pause-detector"),
    connect<pause_detector_actor, latency_sink_actor>("pause-detector", "stress-scorer"),
    connect<pause_detector_actor, pause_sink_actor>("pause-detector", "flight-recorder"),
    connect<sample_policy_actor, pause_sink_actor>("sample-policy", "flight-recorder"),
    connect<sample_policy_actor, alert_sink_actor>("sample-policy", "notifier"),
    connect<flight_recorder_actor, event_sink_actor>("flight-recorder", "notifier"),
    connect<stress_scorer_actor, recorder_sink_actor>("stress-scorer", "flight-recorder"),
    connect<flight_recorder_actor, event_sink_actor>("flight-recorder", "storage-writer"),
    connect<flight_recorder_actor, event_sink_actor>("flight-recorder", "forensics-supervisor"),
    connect<forensics_supervisor_actor, capture_sink_actor>("forensics-supervisor", "storage-writer"),
    connect<forensics_supervisor_actor, capture_sink_actor>("forensics-supervisor", "notifier"),
    connect<forensics_supervisor_actor, event_index_actor>("forensics-supervisor", "storage-writer"),
  }};
  result.policy = conf->supervision;
  result.page = &page;
  result.lived = &lived;
  result.on_pulse = seams.on_pulse;
  result.on_reload = [conf, read = seams.read_settings] {
    if (read)
      *conf = read();
    return conf->supervision;
  };
  result.drill_every = options.drill_every;
  result.drill_seed = options.drill_seed;
  return result;
}

} // namespace pmactor
