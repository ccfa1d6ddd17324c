// Decides from the kernel's own counts whether memory is so short that pages are fetched again that
// were dropped, or that whoever wants a page has to make room for it. Pure.
#pragma once

#include "app/witness/watch_pressure.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// Pages since boot, as /proc/vmstat has them.
struct reclaim_counters {
  std::uint64_t fetched_again =
    0; ///< From the swap, or of files that had been dropped a short while before (refaults).
  std::uint64_t made_room = 0; ///< Reclaimed by the very tasks that wanted memory (direct reclaim).
  friend bool operator==(const reclaim_counters&, const reclaim_counters&) = default;
};

/// @returns what a kernel does not count is left out.
reclaim_counters parse_reclaim(std::string_view vmstat);

/// Looks at its own pace, and only while there is pressure.
class reclaim_watch {
public:
  /// @returns whether so much was fetched again or reclaimed since the look before that tasks wait
  /// for it.
  bool look(const reclaim_counters& x);

  /// There was no look: what the next one finds is not of one window.
  void pass() {
    last_.reset();
    fetched_ = 0;
  }

  /// @returns how many pages were fetched again in the last window; 0 if there was none.
  std::uint64_t fetched() const {
    return fetched_;
  }

private:
  std::optional<reclaim_counters> last_;
  std::uint64_t fetched_ = 0;
};

/// Watches for how long tasks wait for disks that read again what memory had no room for: that is a shortage of memory,
/// though the kernel counts most of it as waiting for the disk.
class refault_watch {
public:
  /// @param waited the time in which some task was held up by a disk, since boot.
  /// @param pages that were fetched again since the look before.
  /// @param read bytes that the disks read since then.
  /// @param is_pressed whether tasks wait for memory, as the kernel counts it. What was dropped then is read again also
  /// when there is room for it; a file that is larger than memory, and read once more, is no shortage.
  /// @returns the stretch that lasts, or the one that ended within this window.
  std::optional<silence> look(std::chrono::nanoseconds waited, std::uint64_t pages, std::uint64_t read, bool is_pressed,
                              std::chrono::nanoseconds now);

  /// @returns whether the last window was such a one.
  bool goes_on() const {
    return goes_on_;
  }

private:
  std::optional<std::chrono::nanoseconds> last_; ///< The total.
  std::chrono::nanoseconds counted_{};           ///< Of it, what is of such windows.
  pressure_watch watch_;
  bool goes_on_ = false;
};

/// @returns what is felt of one thing in two ways: from when either began until both have ended.
std::optional<silence> join_silences(const std::optional<silence>& a, const std::optional<silence>& b);

} // namespace pmactor
