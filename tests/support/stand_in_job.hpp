// A job of a capture that the test ends, or leaves hanging.
#pragma once

#include "actors/forensics_supervisor/evidence_job.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace pmactor {

/// What became of it; outlives the job.
struct stand_in {
  job_order order;
  std::function<void(job_outcome)> done;
  bool stopped = false;
  bool gone = false;
};

class stand_in_job final : public evidence_job {
public:
  explicit stand_in_job(std::shared_ptr<stand_in> x) : x_(std::move(x)) {
  }
  ~stand_in_job() override {
    x_->gone = true;
  }
  void stop() override {
    x_->stopped = true;
  }

private:
  std::shared_ptr<stand_in> x_;
};

} // namespace pmactor
