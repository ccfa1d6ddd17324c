// What of the FORENSICS SUPERVISOR a user may set.
#pragma once

#include "actors/forensics_supervisor/decide_capture.hpp"
#include "actors/forensics_supervisor/plan_artifacts.hpp"

#include <cstdint>

namespace pmactor {

/// `[forensics]` in the settings.
struct forensics_supervisor_policy {
  capture_policy capture;
  artifact_policy artifacts;
  std::uint64_t quota = 2'000'000'000; ///< Bytes of all event folders together; 0 for no limit.
  friend bool operator==(const forensics_supervisor_policy&, const forensics_supervisor_policy&) = default;
};

} // namespace pmactor
