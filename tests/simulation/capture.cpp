#include "simulation/capture.hpp"

#include <stdexcept>
#include <utility>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;

job_outcome do_job(const job_order& order, dice& chance) {
  using task = job_order::task;
  job_outcome result;
  switch (order.what) {
    case task::measure:
      result.room = {std::uint64_t{1} << 32, std::uint64_t{1} << 36};
      break;
    case task::capture:
      result.artifact.name = order.artifact.name;
      result.artifact.file = order.artifact.file;
      result.artifact.bytes = chance.below(100'000);
      if (chance.one_in(10)) {
        result.artifact.status = artifact_status::failed;
        result.artifact.says = "It could not be read.";
      }
      break;
    case task::publish:
      result.published = order.report;
      result.published.folder = "events/some";
      if (chance.one_in(20))
        result.problem = "The folder could not be written.";
      break;
    case task::probe:
    case task::recover:
    case task::read:
    case task::forget:
    case task::make_room:
      break;
  }
  return result;
}

/// Shared with the agenda of the world.
struct job_state {
  std::function<void(job_outcome)> done; ///< Empty once it was called, or if its actor is gone.
};

void end(const std::shared_ptr<job_state>& state, job_outcome outcome) {
  if (const auto done = std::exchange(state->done, nullptr))
    done(std::move(outcome));
}

class simulated_job final : public evidence_job {
public:
  simulated_job(std::shared_ptr<job_state> state, delayer later)
    : state_{std::move(state)}, later_{std::move(later)} {
  }
  ~simulated_job() override {
    state_->done = nullptr;
  }
  void stop() override {
    later_(5ms, [state = state_] {
      job_outcome outcome;
      outcome.problem = "It took too long.";
      outcome.artifact.status = artifact_status::timed_out;
      end(state, std::move(outcome));
    });
  }

private:
  std::shared_ptr<job_state> state_;
  delayer later_;
};

} // namespace

start_evidence_job make_jobs(dice chance, delayer later, std::function<bool()> has_power,
                             std::function<void(const job_order&)> watch) {
  return [own = std::make_shared<dice>(chance), later, has_power,
          watch](const job_order& order, std::function<void(job_outcome)> done) -> std::unique_ptr<evidence_job> {
    const bool lives = has_power();
    if (lives)
      watch(order);
    if (!lives || own->one_in(100))
      throw std::runtime_error("there is no thread for a job");
    auto state = std::make_shared<job_state>();
    state->done = std::move(done);
    if (!own->one_in(30)) // else it hangs
      later(own->between(1ms, 2s), [state, order, own, has_power] {
        if (has_power())
          end(state, do_job(order, *own));
      });
    return std::make_unique<simulated_job>(std::move(state), later);
  };
}

} // namespace pmactor::simulation
