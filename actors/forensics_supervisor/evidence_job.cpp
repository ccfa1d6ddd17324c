#include "actors/forensics_supervisor/evidence_job.hpp"

#include <cstddef>

namespace pmactor {

std::string to_string(job_order::task x) {
  static constexpr const char* words[] = {"probe",   "recover", "measure", "read",
                                          "capture", "publish", "forget",  "make-room"};
  return words[static_cast<std::size_t>(x)];
}

std::chrono::nanoseconds limit_of(const job_order& order) {
  using namespace std::chrono_literals;
  switch (order.what) {
    case job_order::task::capture:
      return order.artifact.timeout;
    case job_order::task::measure:
      return 3s; // for the disk; what is being read goes on for as long as the job is there
    case job_order::task::probe:
      return 10s;
    default:
      return 30s;
  }
}

} // namespace pmactor
