// One job of the FORENSICS SUPERVISOR: waits for its thread, and ends it when its time, lived time,
// is up.
#pragma once

#include "actors/forensics_supervisor/evidence_job.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace pmactor {

/// A job's thread to its actor.
struct job_end {
  job_outcome outcome;
};
/// A job actor to the FORENSICS SUPERVISOR, with its last breath.
struct job_finished {
  std::uint64_t number = 0;
  job_outcome outcome;
};
std::string to_string(const job_end& x);
std::string to_string(const job_finished& x);

struct job_line; ///< The way from a job's thread to its actor.

struct evidence_job_state {
  using pointer = caf::stateful_actor<evidence_job_state, metered<evidence_job_actor::base>>*;

  static constexpr const char* name = "evidence-job";

  explicit evidence_job_state(pointer self_) : self{self_} {
  }
  evidence_job_state(const evidence_job_state&) = delete;
  evidence_job_state& operator=(const evidence_job_state&) = delete;
  ~evidence_job_state();

  std::chrono::nanoseconds now() const; ///< In lived time.
  /// Looks whether its time is up, and sees to it that it looks again.
  void look();
  void arm(std::chrono::nanoseconds delay);
  void finish(job_outcome outcome);

  pointer self;
  std::uint64_t number = 0;
  job_order order;
  evidence_job_parent_actor parent;
  std::chrono::nanoseconds allowed{}, limit{}, began{};
  const lived_clock* lived = nullptr;
  bool is_stopping = false;
  std::shared_ptr<job_line> line;
  std::unique_ptr<evidence_job> job;
};

/// @param number identifies the job to its parent.
/// @param limit what it may take.
/// @param lived outlives the actor.
evidence_job_actor::behavior_type evidence_job_function(evidence_job_state::pointer self,
                                                        std::uint64_t number, job_order order,
                                                        evidence_job_parent_actor parent,
                                                        std::chrono::nanoseconds limit,
                                                        const lived_clock* lived,
                                                        const start_evidence_job& start);

} // namespace pmactor
