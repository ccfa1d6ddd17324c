// Decides from a block device's own counters whether it answers, without asking it anything. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace pmactor {

/// A device's counters since boot, as /proc/diskstats has them.
struct disk_counters {
  std::uint64_t in_flight = 0; ///< Requests that were issued and are not completed.
  std::uint64_t reads = 0;     ///< Completed.
  std::uint64_t writes = 0;    ///< Likewise, with discards.
  std::uint64_t flushes = 0;   ///< Likewise.
  std::chrono::nanoseconds read_time{}, write_time{}, flush_time{}; ///< From issue to completion, added up over them.
  friend bool operator==(const disk_counters&, const disk_counters&) = default;
};

/// A stretch in which something did not answer, on the awake clock.
struct silence {
  std::chrono::nanoseconds began{};
  std::optional<std::chrono::nanoseconds> ended; ///< Absent while it lasts.
  std::chrono::nanoseconds uncertainty{};
  friend bool operator==(const silence&, const silence&) = default;
};

/// Watches one device. It is looked at at whole windows, so what happens in the middle of one is placed
/// there, give or take half a window.
class disk_watch {
public:
  /// @param now when the counters were read; above that of the look before.
  /// @param waits the share of the window, 0–1, in which some task waited for I/O (PSI); absent if the
  /// kernel does not say. Slow writes matter only if a process waits for them: writeback waits in a queue
  /// for seconds and no one is held up.
  /// @returns the silence that lasts, or the one that ended within this window.
  std::optional<silence> look(const disk_counters& x, std::chrono::nanoseconds now,
                              std::optional<double> waits);

  /// @returns whether others use the device: read from it, wait for it, or write all the time.
  /// Writes of one window alone are no use, as they may be those of this program's own history, and
  /// none waits for them any more.
  /// @param own reads that the caller itself issued in the last window.
  bool is_used(std::uint64_t own) const;

  /// @returns how long the requests took that were completed in the last window, on the average, as far as others
  /// wait for such; absent if there were none.
  std::optional<std::chrono::nanoseconds> took() const {
    return took_;
  }

private:
  std::optional<std::chrono::nanoseconds> took_;
  std::optional<disk_counters> last_;
  std::chrono::nanoseconds last_at_{}, last_window_{};
  std::uint64_t reads_ = 0;                   ///< Completed in the last window.
  bool wrote_ = false, wrote_before_ = false; ///< In the last window, and in that before it.
  std::optional<silence> silence_;
};

} // namespace pmactor
