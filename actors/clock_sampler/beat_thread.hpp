// The beat, the daemon's heartbeat: a thread that wakes by an absolute deadline, reads the clocks and
// counters, and leaves them in a ring buffer; and a second one that carries them on, once a second and at once when a
// beat was late. The first writes no file, logs nothing, allocates nothing and waits for no other
// thread, so that nothing but a true pause makes it late.
#pragma once

#include "actors/clock_sampler/time_beat.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "messages/pause.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

/// What the beats of about a second come to.
struct beat_batch {
  clock_reading reading;
  std::vector<late_beat> late;         ///< Oldest first.
  std::vector<std::string>
    shortfalls; ///< What the host does not count or grant; in the first batch only.
  std::string
    moved_to; ///< The control groups that the process was moved to, as the kernel lists them.
};
std::string to_string(const beat_batch& x);

/// Beats until it is destroyed, which takes a few milliseconds at most.
class beat_source {
public:
  virtual ~beat_source() = default;
  /// From now on judges its beats by this policy, without missing one; the period stays as it is.
  virtual void follow(const beat_policy&) {
  }
};

/// Starts to beat. *report* is called from a thread of the source's own.
using start_beat = std::function<std::unique_ptr<beat_source>(
  const beat_policy& policy, std::function<void(beat_batch)> report)>;

/// Starts to beat by the host's clocks.
/// @param lived is published at each beat; outlives the source.
/// @throws std::system_error if there are no threads to be had.
std::unique_ptr<beat_source> start_host_beat(const beat_policy& policy, lived_clock& lived,
                                             std::function<void(beat_batch)> report);

} // namespace pmactor
