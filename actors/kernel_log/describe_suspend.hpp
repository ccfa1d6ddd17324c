// Decides what is said of a suspend: why the machine woke, whether it really slept, how long its
// phases took, and which device or step failed. Pure.
#pragma once

#include "actors/host/parse_kernel_record.hpp"
#include "actors/kernel_log/suspend_counts.hpp"
#include "messages/match_incident.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What the kernel logged of the suspend that is on, or was the last. Times are awake.
class suspend_phases {
public:
  void add(const kernel_line& x);
  /// @returns sentences; none if nothing was logged.
  std::vector<std::string> words() const;
  void clear() {
    *this = {};
  }

private:
  void add_device(std::string_view text);

  std::string mode_;                                     ///< "s2idle", "deep".
  std::optional<std::chrono::nanoseconds> entry_, exit_; ///< On the clock of the log.
  std::string sync_, freeze_, suspend_, resume_;         ///< In seconds, as logged.
  std::string slowest_; ///< The device that took longest to suspend or resume, and
  std::chrono::microseconds slowest_took_{}; ///< how long: known where the kernel logs each one.
};

/// @param before the counts after the suspend before, or as the daemon began.
/// @returns sentences of a suspend that succeeded: what woke the machine, and whether its hardware
/// slept.
std::vector<std::string> describe_suspend(const suspend_counts& before,
                                          const suspend_counts& after);

/// @returns a suspend that failed, as a line of an incident; nothing if none did.
std::optional<incident_line> describe_failure(const suspend_counts& before,
                                              const suspend_counts& after);

} // namespace pmactor
