// Decides when a beat is due and whether one that came was late. The expectation travels with the
// deadline that was armed: what anyone samples meanwhile, and how often, changes nothing.
#pragma once

#include <chrono>
#include <optional>

namespace pmactor {

struct beat_policy {
  /// From one beat to the next. Every pause of three beats is found.
  std::chrono::nanoseconds period = std::chrono::milliseconds{100};
  /// A beat that is later than this is reported at once.
  std::chrono::nanoseconds late = std::chrono::milliseconds{200};
  /// A beat during whose gap the host slept for longer than this is reported at once.
  std::chrono::nanoseconds asleep = std::chrono::milliseconds{50};
  /// Whether it is looked up in the kernel's record of its thread when a gap began, where there is
  /// one.
  bool reads_switches = true;
  friend bool operator==(const beat_policy&, const beat_policy&) = default;
};

/// @returns the first deadline after *now* on the grid that *deadline* lies on: beats that were missed
/// are not made up for.
/// @pre *now* is not before *deadline*; *period* is positive.
constexpr std::chrono::nanoseconds next_deadline(std::chrono::nanoseconds deadline,
                                                 std::chrono::nanoseconds now,
                                                 std::chrono::nanoseconds period) {
  return deadline + ((now - deadline) / period + 1) * period;
}

/// @param slept how far the two clocks parted since the beat before.
constexpr bool is_late(std::chrono::nanoseconds deadline, std::chrono::nanoseconds now,
                       std::chrono::nanoseconds slept, const beat_policy& policy) {
  return now - deadline >= policy.late || slept > policy.asleep;
}

/// @returns whether a beat may be late by what is recorded of its thread, or is late anyway.
constexpr bool may_be_late(std::chrono::nanoseconds deadline, std::chrono::nanoseconds now,
                           std::chrono::nanoseconds slept, const beat_policy& policy) {
  return is_late(deadline, now + policy.period, slept, policy);
}

/// @param onset when what held its thread up began, if that is recorded. Two clock readings and a switch lie between
/// that and what brought it about, hence the slack.
/// @returns whether it was held up for as long as a late beat is late.
constexpr bool is_late(std::optional<std::chrono::nanoseconds> onset, std::chrono::nanoseconds now,
                       const beat_policy& policy) {
  constexpr std::chrono::nanoseconds slack = std::chrono::milliseconds{1};
  return onset && now - *onset + slack >= policy.late;
}

} // namespace pmactor
