// Decides how much of a document's window the machine slept. A producer measures its window by a clock that goes on in
// a sleep, and spreads over all of it what was done while awake; the daemon knows both clocks, though only of the
// arrival. Pure.
#pragma once

#include "messages/time.hpp"

#include <chrono>

namespace pmactor {

/// The documents of one child, in the order in which they arrive.
class sleep_in_windows {
public:
  /// @returns the time asleep in the window of the next document, at most *elapsed*; 0 of the first, as nothing is
  /// known of when its window began.
  std::chrono::nanoseconds add(const clock_sample& arrived, std::chrono::nanoseconds elapsed);

private:
  clock_sample last_; ///< The arrival before; zero before the first.
  // Of the time since, what no window accounts for yet.
  std::chrono::nanoseconds asleep_{}, awake_{};
};

} // namespace pmactor
