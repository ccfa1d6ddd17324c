// The kernel's record of the requests to disks, on every CPU. For root: where the fields of these
// records lie is said in tracefs, which is closed to others.
//
// What woke a task and why it slept (sched_waking, sched_switch) would come the same way and is
// left out on purpose: as measured by two processes that wake each other, a wake-up recorded took
// 0.5 to 1.7 µs and a switch 0.6 to 1.1 µs more than the switch records of perf_ring with their 0.3
// to 0.7 µs, all the time on all machines, to answer what is asked of a rare event. A request to a
// disk takes 3 such records, and itself 200 µs.
#pragma once

#include "actors/host/perf_ring_linux.hpp"
#include "actors/switch_recorder/compose_disks.hpp"

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
  const std::string& refused() const {
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
  std::string refused_;
};

} // namespace pmactor
