// All that the user may set of the WITNESS KEEPER.
#pragma once

#include <chrono>

namespace pmactor {

/// `[stalls]` in the settings.
struct witness_keeper_policy {
  bool enabled = true; ///< False: no witness is run.
  /// A stall is a stretch of at least this, lived by the beat: what stopped the beat as well is a pause.
  std::chrono::nanoseconds least = std::chrono::seconds{1};
  /// Stretches that are no further apart are one episode: a disk that completes a request a second does
  /// not answer in between either.
  std::chrono::nanoseconds join = std::chrono::seconds{1};
  friend bool operator==(const witness_keeper_policy&, const witness_keeper_policy&) = default;
};

} // namespace pmactor
