// Decides what the time of a pause was lost to: books every nanosecond of it to a line of the
// ledger, each with the counters that speak for it. What no counter speaks for stays unexplained,
// and so does what several speak for without a measure of their own.
#pragma once

#include "messages/pause.hpp"

namespace pmactor {

struct ledger_policy {
  /// What a thread that does next to nothing waits for and works in any gap; less proves nothing.
  std::chrono::nanoseconds noise = std::chrono::milliseconds{2};
  /// Of the time between the readings of it: CPU time that the hypervisor took must be as much as this
  /// to count at all, as an overcommitted host always takes some.
  double least_stolen = 0.2;
  /// Of the gap: time that the kernel accounted to no CPU must be as much as this to count as
  /// missing; its books are right within 1.2 %.
  double least_missing = 0.1;
  /// Of the gap: time that its CPU spent in interrupts must be as much as this to count; a busy
  /// network card takes a tenth for hours, and nothing is late for it.
  double least_interrupts = 0.25;
  /// Of the gap: the waiting for a CPU of all threads together must be as much as this to speak for
  /// the beat's own, where that is not counted.
  double least_process_wait = 0.5;
  /// Of the gap: time under full I/O or memory pressure must be as much as this, and the thread must
  /// have blocked, for it to count.
  double least_pressure = 0.25;
  /// A beat waits once, for its deadline; waking into a stop counts as another. From this many on the
  /// thread blocked on something else.
  std::uint64_t blocked_switches = 3;
  /// This many pages waited for are a shortage of memory, whatever the pressure says.
  std::uint64_t thrashing_faults = 64;
  /// A control group's freezer that was written to this long before the pause ended, or since, thawed us.
  std::chrono::nanoseconds thaw = std::chrono::milliseconds{150};
  friend bool operator==(const ledger_policy&, const ledger_policy&) = default;
};

/// What speaks for a sleep in which the clock that stops in one went on, as it may in a suspend to idle.
inline constexpr const char* suspend_words
  = "the kernel counts a suspend (suspend_stats), in which the clock that stops in a sleep went on";

/// @param duration of the pause, without time asleep. @param uncertainty by which it may be off either way.
/// @returns lines that sum to *duration*. A remainder of no more than the uncertainty goes to the longest line, if
/// there is any.
ledger book_ledger(const late_beat& beat, std::chrono::nanoseconds duration,
                   std::chrono::nanoseconds uncertainty, const ledger_policy& policy);

/// @returns how long the CPUs' books lack at least, all of them: the time between the readings less
/// the time that is accounted to them. Zero where that is within the books' own error, or the
/// reading was held up for so long that it proves nothing.
std::chrono::nanoseconds missing_time(const late_beat& beat, const ledger_policy& policy);

/// @returns how much a counter grew, if both readings have it and it did not go back.
template <class T>
std::optional<T> grown(const std::optional<T>& before, const std::optional<T>& after) {
  if (!before || !after || *after < *before)
    return std::nullopt;
  return *after - *before;
}

} // namespace pmactor
