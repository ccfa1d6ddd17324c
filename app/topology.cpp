#include "app/topology.hpp"

#include "actors/black_box/black_box.hpp"
#include "actors/clock_sampler/clock_sampler.hpp"
#include "actors/exporter/exporter.hpp"
#include "actors/flight_recorder/flight_recorder.hpp"
#include "actors/forensics_supervisor/forensics_supervisor.hpp"
#include "actors/group_watch/group_watch.hpp"
#include "actors/kernel_log/kernel_log.hpp"
#include "actors/notifier/notifier.hpp"
#include "actors/pause_detector/pause_detector.hpp"
#include "actors/powermetrics_reader/powermetrics_reader.hpp"
#include "actors/sample_policy/sample_policy.hpp"
#include "actors/speed_watch/speed_watch.hpp"
#include "actors/storage_writer/storage_writer.hpp"
#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/switch_recorder/switch_recorder.hpp"
#include "actors/system_metrics/system_metrics.hpp"
#include "actors/witness_keeper/witness_keeper.hpp"
#include "app/settings/policy_book.hpp"
#include "app/wiring.hpp"
#include "messages/check.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// Spawns on a thread of its own or in the pool. Under the deterministic scheduler all are pooled: a
/// detached actor would be a real thread with a clock that is not made for threads.
template <class Actor, class F, class... Ts>
Actor spawn_child(caf::local_actor& parent, bool own_thread, F f, Ts&&... xs) {
  if (own_thread)
    return parent.spawn<caf::detached + caf::monitored>(f, std::forward<Ts>(xs)...);
  return parent.spawn<caf::monitored>(f, std::forward<Ts>(xs)...);
}

/// Appends what an outbox holds as rows of the history.
template <class T>
void append_waiting(std::vector<history_row>& rows, const outbox_memory<T>& box) {
  for (const auto& entry : box.waiting)
    if constexpr (is_variant<T>::value)
      std::visit([&rows](const auto& value) { rows.emplace_back(value); }, entry.value);
    else
      rows.emplace_back(entry.value);
}

/// What outlives each incarnation.
struct kept_memory {
  std::shared_ptr<stress_scorer_memory> scorer = std::make_shared<stress_scorer_memory>();
  std::shared_ptr<sample_policy_memory> policy = std::make_shared<sample_policy_memory>();
  std::shared_ptr<system_metrics_memory> metrics = std::make_shared<system_metrics_memory>();
  std::shared_ptr<clock_sampler_memory> beat = std::make_shared<clock_sampler_memory>();
  std::shared_ptr<pause_detector_memory> detector = std::make_shared<pause_detector_memory>();
  std::shared_ptr<notifier_memory> notifier = std::make_shared<notifier_memory>();
  std::shared_ptr<forensics_memory> forensics = std::make_shared<forensics_memory>();
  std::shared_ptr<exporter_memory> exporter = std::make_shared<exporter_memory>();
  std::shared_ptr<witness_keeper_memory> keeper = std::make_shared<witness_keeper_memory>();
  std::shared_ptr<switch_recorder_memory> switches = std::make_shared<switch_recorder_memory>();
  std::shared_ptr<black_box_memory> box = std::make_shared<black_box_memory>();
  std::shared_ptr<kernel_log_memory> kernel_log = std::make_shared<kernel_log_memory>();
  std::shared_ptr<group_watch_memory> groups = std::make_shared<group_watch_memory>();
  std::shared_ptr<speed_watch_memory> speed = std::make_shared<speed_watch_memory>();
  std::shared_ptr<flight_recorder_memory> recorder;
};

kept_memory make_memory(const topology_options& options, health_page& page) {
  kept_memory result;
  if (const auto baseline = parse_baseline(options.io_baseline))
    result.scorer->baseline = *baseline;
  result.notifier->habits = options.habits;
  result.scorer->witnesses = result.keeper->late = std::make_shared<lateness_board>();
  result.recorder = std::make_shared<flight_recorder_memory>(options.conf.flight_recorder.record);
  result.recorder->lead_up_for = result.box->stored_by = storage_writer_state::name;
  result.box->notified_by = notifier_state::name;
  result.metrics->samples.lost = result.policy->stored.lost = &page.samples_lost;
  return result;
}

/// Adds the children, and links them.
class topology_maker {
public:
  topology_maker(const topology_options& options, const topology_seams& seams, health_page& page,
                 lived_clock& lived)
    : seams_(seams), page_(page), lived_(lived), keeps_(make_memory(options, page)),
      book_(std::make_shared<policy_book>(options.conf, seams.read_settings, seams.find_sampler)) {
  }

  supervisor_setup make();
  void offer_unstored(std::function<std::vector<history_row>()>& unstored) const;

private:
  /// For the others below: each child has its line in the book as well.
  template <class Actor, class Start>
  child_ref<Actor> add_spec(const char* id, Start start) {
    child_ref<Actor> result{setup_.children.size(), id};
    auto& spec = setup_.children.emplace_back();
    spec.id = result.id;
    spec.start = [start = std::move(start)](caf::local_actor& parent, const actor_slot_ref& slot) {
      return caf::actor_cast<caf::strong_actor_ptr>(Actor{start(parent, slot)});
    };
    return result;
  }
  /// Adds a child that no setting concerns.
  template <class Actor, class Start>
  child_ref<Actor> add(const char* id, Start start) {
    book_->add_child_without_policy();
    return add_spec<Actor>(id, std::move(start));
  }
  /// @param policy the one that *start* takes of the book: when it changes, the child is restarted.
  template <class Actor, class Policy, class Start>
  child_ref<Actor> add(const char* id, Policy role_policies::*policy, Start start) {
    book_->add_child(policy);
    return add_spec<Actor>(id, [book = book_, policy, start = std::move(start)](
                                 caf::local_actor& parent, const actor_slot_ref& slot) {
      return start(parent, slot, book->held().*policy);
    });
  }
  /// Adds a child of the pool. *f* is its function; it takes the slot, the policy and *xs*.
  template <class Actor, class State, class Policy, class F, class... Ts>
  child_ref<Actor> add_pooled(Policy role_policies::*policy, F f, const Ts&... xs) {
    return add<Actor>(State::name, policy, [f, xs...](caf::local_actor& parent, const actor_slot_ref& slot,
                                                      const Policy& now) {
      return spawn_child<Actor>(parent, false, f, slot, now, xs...);
    });
  }
  template <class Actor>
  child_spec& spec(const child_ref<Actor>& child) {
    return setup_.children[child.index];
  }
  /// Has the child's memory forget what it may be that the child dies of. @returns the child.
  template <class Actor, class Memory>
  child_ref<Actor> with_memory(const child_ref<Actor>& child, const std::shared_ptr<Memory>& memory) {
    spec(child).forget = [memory] { memory->start_afresh(); };
    return child;
  }
  /// The daemon goes on without it. @returns the child.
  template <class Actor>
  child_ref<Actor> optional(const child_ref<Actor>& child) {
    spec(child).optional = true;
    return child;
  }
  /// Adds a child that is not on every host.
  template <class Actor>
  std::optional<child_ref<Actor>> add_if(bool is_there, child_ref<Actor> (topology_maker::*add_it)()) {
    return is_there ? std::optional{(this->*add_it)()} : std::nullopt;
  }

  template <class Sink, class From, class To>
  void link(const child_ref<From>& from, const child_ref<To>& to) {
    edges_.push_back(connect<Sink>(from, to));
  }
  /// Links a receiver for which what is not acknowledged is kept from the start: it may come up after its sender. One that
  /// is not there at all has no place in *memories*, which nothing would empty.
  template <class Sink, class From, class To, class T>
  outbox_memory<T>& link_kept(const child_ref<From>& from, const child_ref<To>& to, outbox_memories<T>& memories) {
    link<Sink>(from, to);
    return memories[to.id];
  }

  void add_and_link();
  child_ref<storage_writer_actor> add_storage();
  child_ref<notifier_actor> add_notifier();
  child_ref<exporter_actor> add_exporter();
  child_ref<forensics_supervisor_actor> add_forensics();
  child_ref<sample_policy_actor> add_policy();
  child_ref<flight_recorder_actor> add_recorder();
  child_ref<switch_recorder_actor> add_switches();
  child_ref<pause_detector_actor> add_detector();
  child_ref<witness_keeper_actor> add_keeper();
  child_ref<black_box_actor> add_box();
  child_ref<kernel_log_actor> add_kernel_log();
  child_ref<group_watch_actor> add_groups();
  child_ref<speed_watch_actor> add_speed();
  child_ref<stress_scorer_actor> add_scorer();
  child_ref<powermetrics_reader_actor> add_reader();
  child_ref<system_metrics_actor> add_metrics();
  child_ref<clock_sampler_actor> add_beat();

  const topology_seams& seams_;
  health_page& page_;
  lived_clock& lived_;
  kept_memory keeps_;
  std::shared_ptr<policy_book> book_;
  supervisor_setup setup_;
  std::vector<edge> edges_;
};

child_ref<storage_writer_actor> topology_maker::add_storage() {
  const bool threads = !seams_.all_pooled;
  const auto result = add<storage_writer_actor>(
    storage_writer_state::name, &role_policies::storage,
    [threads, open = seams_.open](caf::local_actor& parent, const actor_slot_ref& slot,
                                  const storage_writer_policy& policy) {
      return spawn_child<storage_writer_actor>(parent, threads, storage_writer, slot, open, policy);
    });
  spec(result).replaceable = threads; // it has nothing that outlives it
  spec(result).hang_limit = 30s; // a disk may take that long; its rows wait with their senders
  return result;
}

child_ref<notifier_actor> topology_maker::add_notifier() {
  const auto result = add<notifier_actor>(
    notifier_state::name, &role_policies::notifications,
    [memory = keeps_.notifier, lived = &lived_, open = seams_.delivery](
      caf::local_actor& parent, const actor_slot_ref& slot, notifier_policy policy) {
      policy.when.enabled = policy.when.enabled && open;
      return spawn_child<notifier_actor>(parent, false, notifier, slot, policy, lived, memory, open);
    });
  optional(with_memory(result, keeps_.notifier));
  spec(result).report_faults = [](const caf::strong_actor_ptr& child, const fault_list& faults) {
    caf::anon_send(caf::actor_cast<notifier_actor>(child), faults);
  };
  return result;
}

child_ref<exporter_actor> topology_maker::add_exporter() {
  const auto result = add_pooled<exporter_actor, exporter_state>(&role_policies::exporter, exporter, keeps_.exporter,
                                                                 seams_.carrier);
  optional(with_memory(result, keeps_.exporter));
  return result;
}

child_ref<forensics_supervisor_actor> topology_maker::add_forensics() {
  const forensics_host host{seams_.platform, seams_.facts, seams_.capture, seams_.snapshot};
  const auto result = add_pooled<forensics_supervisor_actor, forensics_supervisor_state>(
    &role_policies::forensics, forensics_supervisor, host, &lived_, keeps_.forensics);
  optional(with_memory(result, keeps_.forensics));
  return result;
}

child_ref<sample_policy_actor> topology_maker::add_policy() {
  return with_memory(add_pooled<sample_policy_actor, sample_policy_state>(
    &role_policies::sampling, sample_policy, keeps_.policy, &page_), keeps_.policy);
}

child_ref<flight_recorder_actor> topology_maker::add_recorder() {
  return with_memory(add_pooled<flight_recorder_actor, flight_recorder_state>(
    &role_policies::flight_recorder, flight_recorder, keeps_.recorder), keeps_.recorder);
}

child_ref<switch_recorder_actor> topology_maker::add_switches() {
  const bool threads = !seams_.all_pooled;
  const auto result = add<switch_recorder_actor>(
    switch_recorder_state::name, &role_policies::switch_recorder,
    [threads, start = seams_.switches, memory = keeps_.switches](
      caf::local_actor& parent, const actor_slot_ref& slot, const switch_recorder_policy& policy) {
      return spawn_child<switch_recorder_actor>(parent, threads, switch_recorder, slot, policy, start, memory);
    });
  // On a thread of its own as well, and never replaced while it hangs: its rings are in its memory, and it comes back to
  // them with what it was asked when the kernel answers.
  with_memory(result, keeps_.switches);
  spec(result).optional = true;
  return result;
}

child_ref<pause_detector_actor> topology_maker::add_detector() {
  return with_memory(add_pooled<pause_detector_actor, pause_detector_state>(
    &role_policies::pauses, pause_detector, keeps_.detector), keeps_.detector);
}

child_ref<witness_keeper_actor> topology_maker::add_keeper() {
  return optional(with_memory(add_pooled<witness_keeper_actor, witness_keeper_state>(
    &role_policies::stalls, witness_keeper, seams_.witness, &lived_, keeps_.keeper), keeps_.keeper));
}

child_ref<black_box_actor> topology_maker::add_box() {
  const auto result = add_pooled<black_box_actor, black_box_state>(&role_policies::box, black_box, seams_.box, &lived_,
                                                                   keeps_.box);
  optional(with_memory(result, keeps_.box));
  return result;
}

child_ref<kernel_log_actor> topology_maker::add_kernel_log() {
  return optional(with_memory(add_pooled<kernel_log_actor, kernel_log_state>(
    &role_policies::incidents, kernel_log, seams_.kernel_log, keeps_.kernel_log), keeps_.kernel_log));
}

child_ref<group_watch_actor> topology_maker::add_groups() {
  return optional(with_memory(add_pooled<group_watch_actor, group_watch_state>(
    &role_policies::groups, group_watch, seams_.groups, keeps_.groups), keeps_.groups));
}

child_ref<speed_watch_actor> topology_maker::add_speed() {
  return optional(with_memory(add_pooled<speed_watch_actor, speed_watch_state>(
    &role_policies::slowed, speed_watch, seams_.speed, keeps_.speed), keeps_.speed));
}

child_ref<stress_scorer_actor> topology_maker::add_scorer() {
  return with_memory(add_pooled<stress_scorer_actor, stress_scorer_state>(
    &role_policies::scorer, stress_scorer, keeps_.scorer), keeps_.scorer);
}

child_ref<powermetrics_reader_actor> topology_maker::add_reader() {
  return optional(add_pooled<powermetrics_reader_actor, powermetrics_reader_state>(
    &role_policies::powermetrics, powermetrics_reader, &lived_, seams_.start_child));
}

child_ref<system_metrics_actor> topology_maker::add_metrics() {
  const auto result = add<system_metrics_actor>(
    system_metrics_state::name, // its pace is part of the design
    [memory = keeps_.metrics, page = &page_, lived = &lived_, read = seams_.read_counters](
      caf::local_actor& parent, const actor_slot_ref& slot) {
      return spawn_child<system_metrics_actor>(parent, false, system_metrics, slot, tick_policy{}, read, lived,
                                               memory, page);
    });
  with_memory(result, keeps_.metrics);
  return result;
}

child_ref<clock_sampler_actor> topology_maker::add_beat() {
  const auto result = add_pooled<clock_sampler_actor, clock_sampler_state>(
    &role_policies::beat, clock_sampler, seams_.beat, keeps_.beat);
  with_memory(result, keeps_.beat);
  spec(result).beats = static_cast<bool>(seams_.beat);
  return result;
}

/// Has the caller take out, once all actors have ended, what they could not have stored.
void topology_maker::offer_unstored(std::function<std::vector<history_row>()>& unstored) const {
  unstored = [keeps = keeps_] {
    std::vector<history_row> rows;
    append_waiting(rows, keeps.scorer->kept);
    append_waiting(rows, keeps.policy->stored);
    append_waiting(rows, keeps.recorder->pending[storage_writer_state::name]);
    append_waiting(rows, keeps.forensics->pending[storage_writer_state::name]);
    append_waiting(rows, keeps.box->pending[storage_writer_state::name]);
    return rows;
  };
}

void topology_maker::add_and_link() {
  // Receivers before their senders, so that the stop, in reverse, lets each finish what it was sent.
  const auto storage = add_storage();
  const auto notifier = add_notifier();
  const auto exporter_of_events = add_if(seams_.carrier != nullptr, &topology_maker::add_exporter);
  const auto forensics = add_if(seams_.capture != nullptr, &topology_maker::add_forensics);
  const auto policy = add_policy();
  const auto recorder = add_recorder();
  const auto switches = add_if(seams_.switches != nullptr, &topology_maker::add_switches);
  const auto detector = add_detector();
  const auto box = add_if(seams_.box != nullptr, &topology_maker::add_box);
  const auto keeper = add_if(seams_.witness.start || seams_.witness.blocked, &topology_maker::add_keeper);
  const auto kernel_log = add_if(seams_.kernel_log.open != nullptr, &topology_maker::add_kernel_log);
  const auto groups = add_if(seams_.groups.open != nullptr, &topology_maker::add_groups);
  const auto speed = add_if(seams_.speed.open != nullptr, &topology_maker::add_speed);
  const auto scorer = add_scorer();
  const auto reader = add_reader();
  const auto metrics = add_metrics();
  const auto beat = add_beat();

  link<scored_sink_actor>(policy, storage);
  link<memory_sink_actor>(scorer, storage);
  link<power_sink_actor>(reader, scorer);
  link<system_sink_actor>(metrics, scorer);
  link<beat_sink_actor>(beat, detector);
  link<witness_sink_actor>(reader, detector);
  link<latency_sink_actor>(detector, scorer);
  link<pause_sink_actor>(policy, recorder);
  link<alert_sink_actor>(policy, notifier);
  auto& scored = keeps_.scorer->scored;
  link_kept<scored_sink_actor>(scorer, policy, scored).lost = &page_.samples_lost;
  link_kept<scored_sink_actor>(scorer, recorder, scored).limit = most_waiting_seconds;
  link_kept<pause_sink_actor>(detector, recorder, keeps_.detector->pending);
  auto& events = keeps_.recorder->pending;
  link_kept<event_sink_actor>(recorder, storage, events).most_bytes = most_unstored_event_bytes;
  link_kept<event_sink_actor>(recorder, notifier, events).limit = most_waiting_for_optional;
  if (exporter_of_events) {
    link<stored_sink_actor>(storage, *exporter_of_events);
    link<memory_sink_actor>(*exporter_of_events, storage);
  }
  if (forensics) {
    link_kept<event_sink_actor>(recorder, *forensics, events).limit = most_waiting_for_optional;
    auto& captures = keeps_.forensics->pending;
    link_kept<capture_sink_actor>(*forensics, storage, captures);
    link_kept<capture_sink_actor>(*forensics, notifier, captures).limit = most_waiting_for_optional;
    link<event_index_actor>(*forensics, storage);
  }
  if (switches) {
    link_kept<event_sink_actor>(recorder, *switches, events).limit = most_waiting_for_optional;
    link<switch_rate_sink_actor>(metrics, *switches);
    link_kept<pause_sink_actor>(*switches, recorder, keeps_.switches->pending);
  }
  if (keeper) {
    link_kept<scored_sink_actor>(scorer, *keeper, scored).limit = most_waiting_seconds;
    link<power_sink_actor>(reader, *keeper);
    link_kept<pause_sink_actor>(*keeper, recorder, keeps_.keeper->pending);
  }
  if (box) {
    link_kept<scored_sink_actor>(scorer, *box, scored).limit = most_waiting_seconds;
    link_kept<event_sink_actor>(*box, storage, keeps_.box->pending);
    link_kept<event_sink_actor>(*box, notifier, keeps_.box->pending).limit = most_waiting_for_optional;
  }
  if (box && keeper)
    link_kept<pause_sink_actor>(*keeper, *box, keeps_.keeper->pending).limit = most_waiting_seconds;
  if (kernel_log) {
    link<remark_sink_actor>(*kernel_log, recorder);
    link_kept<pause_sink_actor>(*kernel_log, recorder, keeps_.kernel_log->pending);
  }
  if (groups) {
    link_kept<scored_sink_actor>(scorer, *groups, scored).limit = most_waiting_seconds;
    link<remark_sink_actor>(*groups, recorder);
    link_kept<pause_sink_actor>(*groups, recorder, keeps_.groups->pending);
  }
  if (speed) {
    link_kept<scored_sink_actor>(scorer, *speed, scored).limit = most_waiting_seconds;
    link_kept<pause_sink_actor>(*speed, recorder, keeps_.speed->pending);
  }
}

supervisor_setup topology_maker::make() {
  add_and_link();
  PMACTOR_CHECK(book_->children() == setup_.children.size()); // else a reload restarts another child than it concerns
  setup_.wire = wiring{std::move(edges_)};
  setup_.policy = book_->held().supervision;
  setup_.page = &page_;
  setup_.lived = &lived_;
  setup_.on_pulse = seams_.on_pulse;
  setup_.on_report = seams_.on_report;
  setup_.page_was_lost = seams_.page_was_lost;
  setup_.on_reload = [book = book_] { return book->reload(); };
  setup_.on_reloaded = seams_.on_reloaded;
  return std::move(setup_);
}

} // namespace

supervisor_setup make_topology(const topology_options& options, const topology_seams& seams,
                               health_page& page, lived_clock& lived) {
  topology_maker maker{options, seams, page, lived};
  if (options.unstored != nullptr)
    maker.offer_unstored(*options.unstored);
  auto result = maker.make();
  result.drill_every = options.drill_every;
  result.drill_seed = options.drill_seed;
  return result;
}

} // namespace pmactor
