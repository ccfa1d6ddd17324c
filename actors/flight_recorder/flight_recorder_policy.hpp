// All that the user may set of the FLIGHT RECORDER: of `[pauses]` and `[suspects]`.
#pragma once

#include "actors/flight_recorder/culprit_policy.hpp"

#include <chrono>
#include <cstddef>

namespace pmactor {

/// What is kept of the seconds before an event.
struct lead_up_policy {
  /// The lead-up goes back this far, at full resolution.
  std::chrono::nanoseconds lead_up = std::chrono::seconds{120};
  /// Processes are kept for this many samples only; they are most of a sample's bytes.
  std::size_t with_processes = 8;
  friend bool operator==(const lead_up_policy&, const lead_up_policy&) = default;
};

struct flight_recorder_policy {
  lead_up_policy record;
  culprit_policy culprits;
  friend bool operator==(const flight_recorder_policy&, const flight_recorder_policy&) = default;
};

} // namespace pmactor
