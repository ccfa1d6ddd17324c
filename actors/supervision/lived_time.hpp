// Lived time: the clock that stands still while the host is paused. Restart windows, hang limits and
// cooldowns run on it, so that a freeze never looks like a fault of the one that was frozen. Pure.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <deque>

namespace pmactor {

/// Knows the pauses of the recent past. All times are on the clock that actors see (the awake clock).
class lived_time {
public:
  /// A pause of this length ended at *now*.
  void add(const gap& pause, std::chrono::nanoseconds now);

  /// @returns the reading of the lived clock when the actors' clock reads *now*.
  std::chrono::nanoseconds at(std::chrono::nanoseconds now) const;

  /// @returns how much of the stretch from *begin* to *now* was lived. Exact for a stretch that began
  /// within the last hundred pauses.
  std::chrono::nanoseconds between(std::chrono::nanoseconds begin, std::chrono::nanoseconds now) const;

private:
  struct pause {
    std::chrono::nanoseconds begin{}, end{};
  };
  std::deque<pause> recent_;
  std::chrono::nanoseconds paused_{};
};

} // namespace pmactor
