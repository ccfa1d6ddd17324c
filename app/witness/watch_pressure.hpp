// Decides from the kernel's pressure totals (PSI) when tasks are held up nearly all of the time. Pure.
#pragma once

#include "app/witness/watch_disk.hpp"

namespace pmactor {

/// Watches one total, as "some" of /proc/pressure/memory. The kernel adds to it as it goes, so that the begin
/// and the end within a window are known from how much it grew.
class pressure_watch {
public:
  /// @param total the time in which some task was held up, since boot.
  /// @param goes_on whether something else shows that what began goes on: then less pressure than
  /// usual keeps it up.
  /// @returns the stretch of high pressure that lasts, or the one that ended within this window.
  std::optional<silence> look(std::chrono::nanoseconds total, std::chrono::nanoseconds now,
                              bool goes_on = false);

  /// @returns the share of the last window, 0–1, in which some task was held up.
  double share() const {
    return share_;
  }

private:
  std::optional<std::chrono::nanoseconds> last_;
  std::chrono::nanoseconds last_at_{};
  std::chrono::nanoseconds held_{}; ///< Of the last window some task was held up for so long.
  double share_ = 0;
  std::optional<silence> high_;
};

} // namespace pmactor
