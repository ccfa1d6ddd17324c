// Decides from the kernel's own counts whether memory is so short that pages are fetched again that
// were dropped, or that whoever wants a page has to make room for it. Pure.
#pragma once

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
  }

private:
  std::optional<reclaim_counters> last_;
};

} // namespace pmactor
