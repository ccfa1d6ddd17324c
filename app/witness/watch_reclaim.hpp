// Decides from the kernel's own counts whether memory is so short that pages are fetched again that
// were dropped, or that a process that wants a page has to make room for it (direct reclaim). Pure.
#pragma once

#include "app/witness/watch_pressure.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// Pages since boot, as /proc/vmstat has them.
struct reclaim_counters {
  std::uint64_t files_again = 0; ///< Of files that had been dropped a short while before (refaults).
  std::uint64_t swapped_in = 0, swapped_out = 0; ///< From and to swap devices.
  /// Other memory that had been dropped a short while before: the same pages as *swapped_in*, but for those that were
  /// kept compressed and came from no device.
  std::uint64_t others_again = 0;
  std::uint64_t made_room = 0; ///< Reclaimed by the very tasks that wanted memory (direct reclaim).
  friend bool operator==(const reclaim_counters&, const reclaim_counters&) = default;
};

/// @returns what a kernel does not count is left out.
reclaim_counters parse_reclaim(std::string_view vmstat);

/// Pages that a shortage of memory made devices move within one window.
struct paged {
  std::uint64_t in = 0, out = 0;
  friend bool operator==(const paged&, const paged&) = default;
};

/// What disks did: one since boot, or all of them within one window.
struct disk_bytes {
  std::uint64_t read = 0, written = 0;
  friend bool operator==(const disk_bytes&, const disk_bytes&) = default;
};

/// @returns *all* and what a disk did between two looks; counters that went back add nothing.
disk_bytes add_grown(const disk_bytes& all, const disk_bytes& before, const disk_bytes& after);

/// Looks at its own pace, and only while there is pressure.
class reclaim_watch {
public:
  /// @returns whether so much was fetched again or reclaimed since the look before that tasks wait
  /// for it.
  bool look(const reclaim_counters& x);

  /// There was no look: what the next one finds is not of one window.
  void pass() {
    last_.reset();
    moved_ = {};
  }

  /// @returns what was moved in the last window; nothing if there was none.
  paged moved() const {
    return moved_;
  }

private:
  std::optional<reclaim_counters> last_;
  paged moved_;
};

/// Watches for how long tasks wait for disks that mostly read again what memory had no room for, or make room: that is
/// a shortage of memory, though the kernel counts most of it as waiting for the disk.
class refault_watch {
public:
  /// @param page_bytes the size of a page.
  explicit refault_watch(std::uint64_t page_bytes) : page_bytes_{page_bytes} {
  }

  /// @param waited the time in which some task was held up by a disk, since boot.
  /// @param pages that were moved for memory since the look before.
  /// @param disks what they did since then; absent if that was not measured: then no wait is memory's.
  /// @param is_pressed whether tasks wait for memory, as the kernel counts it. What was dropped then is read again also
  /// when there is room for it; a file that is larger than memory, and read once more, is no shortage.
  /// @returns the stretch that lasts, or the one that ended within this window.
  std::optional<silence> look(std::chrono::nanoseconds waited, const paged& pages,
                              const std::optional<disk_bytes>& disks, bool is_pressed, std::chrono::nanoseconds now);

  /// @returns whether the last window was such a one.
  bool goes_on() const {
    return goes_on_;
  }

private:
  /// @returns whether most of what the disks did was for want of memory.
  bool is_most(const paged& pages, const disk_bytes& disks) const;

  std::uint64_t page_bytes_;
  std::optional<std::chrono::nanoseconds> last_; ///< The total.
  std::chrono::nanoseconds counted_{};           ///< Of it, what is of such windows.
  pressure_watch watch_;
  bool goes_on_ = false;
};

/// @returns what is felt of one thing in two ways: from when either began until both have ended.
std::optional<silence> join_silences(const std::optional<silence>& a, const std::optional<silence>& b);

} // namespace pmactor
