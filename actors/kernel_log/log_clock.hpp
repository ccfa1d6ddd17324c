// Decides when a line of the kernel's log was logged. The clock of the log is one that no one
// corrects: it drifts from the awake clock by seconds within weeks, and in a virtual machine that
// was restored it may be off at once. What was read soon after it was logged shows by how much.
// Pure.
#pragma once

#include <chrono>
#include <deque>

namespace pmactor {

class log_clock {
public:
  using nanoseconds = std::chrono::nanoseconds;

  /// A line was logged at *logged* by the log's clock, and read at *now* on the awake clock.
  /// @returns when it was logged on the awake clock; not after *now*.
  nanoseconds place(nanoseconds logged, nanoseconds now);

private:
  struct seen {
    nanoseconds at{}, ahead{};
  };
  /// By how much the awake clock was ahead of that of the log, the least of a stretch of time:
  /// lines are read late, never early.
  std::deque<seen> seen_;
};

} // namespace pmactor
