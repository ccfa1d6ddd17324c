#include "actors/forensics_supervisor/evidence_job.hpp"

#include <cstddef>

namespace pmactor {

std::string to_string(job_order::task x) {
  static constexpr const char* words[] = {"probe", "recover", "measure", "capture", "publish", "make-room"};
  return words[static_cast<std::size_t>(x)];
}

} // namespace pmactor
