#include "actors/forensics_supervisor/evidence_job_actor.hpp"

#include "messages/words.hpp"

#include <mutex>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 2s; ///< For a job that was asked to end.

} // namespace

std::string to_string(const job_end& x) {
  return "job_end{" + to_string(x.outcome.artifact) + '}';
}

std::string to_string(const job_finished& x) {
  return "job_finished{" + std::to_string(x.number) + ", " + to_string(x.outcome.artifact) + '}';
}

/// Its actor cuts it when it ends.
struct job_line {
  std::mutex mutex;
  evidence_job_actor to;

  void report(job_outcome outcome) {
    std::lock_guard guard{mutex};
    if (to)
      caf::anon_send(to, job_end{std::move(outcome)});
  }
  void cut() {
    std::lock_guard guard{mutex};
    to = nullptr;
  }
};

evidence_job_state::~evidence_job_state() {
  if (line)
    line->cut();
}

std::chrono::nanoseconds evidence_job_state::now() const {
  return lived->at(self->clock().now().time_since_epoch());
}

void evidence_job_state::look() {
  const auto spent = now() - began;
  if (spent < limit) {
    arm(limit - spent);
  } else if (!is_stopping) {
    is_stopping = true;
    limit = spent + grace;
    job->stop();
    arm(grace);
  } else {
    job_outcome outcome;
    outcome.artifact.says = "It could not be ended, and was left to itself.";
    finish(std::move(outcome));
  }
}

void evidence_job_state::arm(std::chrono::nanoseconds delay) {
  self->delayed_send(self, delay, tick{});
}

void evidence_job_state::finish(job_outcome outcome) {
  const auto& plan = order.artifact;
  if (is_stopping) {
    outcome.artifact.status = artifact_status::timed_out;
    outcome.problem = "It took longer than " + spelled(allowed) + '.';
    if (outcome.artifact.says.empty())
      outcome.artifact.says = outcome.problem;
  }
  outcome.artifact.name = plan.name;
  if (outcome.artifact.took == 0ns)
    outcome.artifact.took = now() - began;
  self->send(parent, job_finished{number, std::move(outcome)});
  self->quit();
}

evidence_job_actor::behavior_type evidence_job_function(evidence_job_state::pointer self,
                                                        std::uint64_t number, job_order order,
                                                        evidence_job_parent_actor parent,
                                                        std::chrono::nanoseconds limit,
                                                        const lived_clock* lived,
                                                        const start_evidence_job& start) {
  auto& state = self->state;
  state.number = number;
  state.order = order;
  state.parent = std::move(parent);
  state.allowed = state.limit = limit;
  state.lived = lived;
  state.began = state.now();
  state.line = std::make_shared<job_line>();
  state.line->to = evidence_job_actor{self};
  state.job = start(std::move(order),
                    [line = state.line](job_outcome outcome) { line->report(std::move(outcome)); });
  state.look();
  return {
    [self](const job_end& x) { self->state.finish(x.outcome); },
    [self](const tick&) { self->state.look(); },
  };
}

} // namespace pmactor
