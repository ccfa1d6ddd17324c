// The kernel's record of the requests to disks, on every CPU. For root: where the fields of these
// records lie is said in tracefs, which is closed to others.
//
// What woke a task and why it slept (sched_waking, sched_switch) would come the same way and is left
// out on purpose. Of two processes that wake each other by a pipe (8 µs of CPU time for each turn) the
// switch records of perf_ring took 0.4 µs; sched_waking took 1.5 to 2.1 µs more, and sched_switch 1.3
// to 1.9: all the time, for what is asked of a rare event. The three records of a request to a disk
// took 6 µs of CPU time, beside the 56 µs that a direct read of 4 KiB took without; how long it took
// did not change measurably (140 µs). All in a virtual machine, the best of several runs.
#pragma once

#include "actors/host/perf_ring_linux.hpp"
#include "actors/switch_recorder/compose_disks.hpp"
#include "actors/switch_recorder/explain_refusal_linux.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

class disk_rings {
public:
  /// Opens rings of *size* bytes for CPUs that have none, and drops those of CPUs that are gone or
  /// do not record.
  void follow(const std::vector<std::uint32_t>& online, std::size_t size);

  bool is_recording() const {
    return !rings_.empty();
  }
  std::size_t bytes() const;
  /// @returns why nothing is recorded, and what would give it; empty if it is.
  const recorder_refusal& refused() const {
    return refused_;
  }

  /// Adds what was recorded of each disk. @param copy room that is grown as needed.
  void take(const log_request& asked, std::vector<std::byte>& copy, recorded_names& names,
            switch_log& log) const;

private:
  bool read_formats();

  std::optional<disk_formats> formats_;
  std::map<std::uint32_t, perf_ring> rings_;
  std::chrono::nanoseconds since_{}; ///< From when on all of them record.
  recorder_refusal refused_;
};

} // namespace pmactor
