// The FORENSICS SUPERVISOR: captures the evidence of an event while it is fresh. Each artifact is a job
// actor of its own with its own time-out in lived time; all that may wait happens on the jobs' threads.
// One capture at a time, one waits, within a budget; what is finished is reported to each sink.
#pragma once

#include "actors/forensics_supervisor/covered_pauses.hpp"
#include "actors/forensics_supervisor/decide_capture.hpp"
#include "actors/forensics_supervisor/evidence_job_actor.hpp"
#include "actors/forensics_supervisor/forensics_supervisor_policy.hpp"
#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "actors/forensics_supervisor/summarize_capture.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/outboxes.hpp"
#include "actors/supervision/round_timer.hpp"
#include "messages/actors.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Timers of the FORENSICS SUPERVISOR.
struct probe_due {};
struct snapshot_due {};
inline std::string to_string(const probe_due&) {
  return "probe_due{}";
}
inline std::string to_string(const snapshot_due&) {
  return "snapshot_due{}";
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::probe_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::snapshot_due)

namespace pmactor {

/// What outlives an incarnation; the topology keeps it.
struct forensics_memory {
  capture_book book;
  std::vector<counter_snapshot> snapshots; ///< The last few.
  std::optional<event_record> waiting;     ///< The one that is captured next.
  covered_pauses covered;                  ///< By captures of stalls.
  outbox_memories<capture_report> pending; ///< By the role of the sink.

  /// Drops whatever may be what its owner dies of, but not which events were decided.
  void start_afresh();
};

using forensics_supervisor_impl = forensics_supervisor_actor::extend<
  caf::reacts_to<job_finished>, caf::reacts_to<probe_due>, caf::reacts_to<snapshot_due>>;

/// The host behind it.
struct forensics_host {
  capture_platform platform = capture_platform::on_linux;
  capture_facts facts;
  start_evidence_job start;
  snapshot_source snapshot; ///< May be empty.
};

/// A job under way.
struct running_evidence_job {
  std::uint64_t number = 0;
  job_order::task what = job_order::task::probe;
  std::size_t artifact = 0; ///< Its place in the capture's list.
  evidence_job_actor handle;
  caf::actor_addr address;
};

/// The capture under way.
struct running_capture {
  std::uint64_t number = 0;
  std::shared_ptr<const capture_subject> subject;
  event_record latest; ///< The event as it is known by now.
  std::chrono::nanoseconds began{}; ///< In lived time.
  std::vector<artifact_plan> plan;
  std::vector<std::string> perishable; ///< Artifacts that are read here and wait for nothing.
  std::vector<std::optional<artifact_result>> results; ///< One for each planned artifact.
  std::vector<std::size_t> order; ///< As they were begun.
  std::size_t next = 0;           ///< The first that was not begun yet.
  std::vector<finding> found;
  std::chrono::nanoseconds cpu{};
  std::uint64_t publishing = 0; ///< The number of the job that publishes it.
};

/// Lost on a restart: the capture under way, whose folder the successor finishes as incomplete; the sinks
/// and the index are linked again.
struct forensics_supervisor_state {
  using pointer = actor_pointer<forensics_supervisor_impl, forensics_supervisor_state>;

  explicit forensics_supervisor_state(pointer self_) : self{self_} {
  }
  forensics_supervisor_state(const forensics_supervisor_state&) = delete;
  forensics_supervisor_state& operator=(const forensics_supervisor_state&) = delete;
  ~forensics_supervisor_state();

  static constexpr const char* name = "forensics-supervisor";

  std::chrono::nanoseconds now() const; ///< In lived time.
  void receive(const event_record& event);
  void receive(const event_amendment& x);
  void begin(const event_record& event);
  void wait(const event_record& event);
  running_capture capture_of(const event_record& event) const;
  void plan_capture(running_capture& c) const;
  void measured(const job_outcome& outcome);
  void skip_tools(const std::string& why);
  void begin_artifacts();
  void finish_artifact(std::size_t which, job_outcome outcome);
  void publish_when_ready();
  void published(job_outcome outcome);
  void abandon(const std::string& why); ///< Before anything was captured.
  void end();
  void go_on(bool next); ///< With the one that waits, or without.
  void recovered(job_outcome outcome);
  void finish_next_leftover();
  void leftover_published(const job_outcome& outcome);
  void probe();
  void probed(const job_outcome& outcome);
  void make_room(const std::string& keep);
  void room_made(const job_outcome& outcome);
  void take_snapshot();
  void skip(const event_record& event, const std::string& why);

  /// Starts a job actor. @returns its number.
  std::uint64_t start_job(job_order order, std::size_t artifact);
  /// One that reads what perishes, or forgets it.
  void start_job(job_order::task what, const running_capture& of);
  void job_ended(const job_finished& end);
  void job_died(const caf::down_msg& down);
  /// What follows from the end of a job, however it came.
  void settle(const running_evidence_job& job, job_outcome outcome);
  void say_means();

  pointer self;
  forensics_supervisor_policy policy;
  forensics_host host;
  const lived_clock* lived = nullptr;
  std::shared_ptr<forensics_memory> memory;
  outboxes<capture_report, capture_sink_actor> sinks;
  event_index_actor index;
  round_timer<snapshot_due> snapshot_timer{std::chrono::seconds{5}};
  std::map<std::uint64_t, running_evidence_job> jobs;
  std::uint64_t next_number = 1;
  std::optional<running_capture> current;
  std::vector<capture_report> leftovers; ///< To be published, one after the other.
  std::vector<missing_artifact> missing;
  std::uint64_t kept_bytes = 0;
  bool is_full = false; ///< More is kept than the quota allows, and nothing may go.
  std::string last_capture; ///< For the health page.
};

/// @param lived outlives the actor.
forensics_supervisor_impl::behavior_type
forensics_supervisor(forensics_supervisor_state::pointer self, const actor_slot_ref& slot,
                     const forensics_supervisor_policy& policy, const forensics_host& host,
                     const lived_clock* lived, const std::shared_ptr<forensics_memory>& memory);

} // namespace pmactor
