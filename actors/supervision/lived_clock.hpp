// The lived clock: it goes on while the process runs and stands still while the host is paused or asleep.
// Restart windows, hang limits, cooldowns and time-outs are measured on it, so that a pause never looks like
// a fault of an actor that was paused.
//
// One published reading, brought up to date by each beat; between two beats
//
//   lived(now) = lived at the last beat + min(now - last beat, two periods)
//
// so an actor that runs before the beat's own wake-up out of a pause sees two periods of it at most, and the
// beat goes on from there. Each publication continues the formula that was in force: the clock never goes
// back. Should no beat come at all, the SUPERVISOR's pulse publishes in its place, by the same formula with
// the pulse's period, from the second pulse on that finds no beat: coarse, but it never stands still.
//
// All instants are on the actors' clock, std::chrono::steady_clock, which counts sleep on macOS and does not
// on Linux. A sleep is a stretch without a beat like any other, so the clock is right on both.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace pmactor {

/// Any thread may read. The reading is kept twice and published by a sequence lock (a latch), so that a
/// reader never waits, not even for a thread that was stopped while it published. Nothing here allocates.
class lived_clock {
public:
  lived_clock() = default;
  lived_clock(const lived_clock&) = delete;
  lived_clock& operator=(const lived_clock&) = delete;

  /// @returns the time lived so far, from zero at the first publication.
  std::chrono::nanoseconds at(std::chrono::nanoseconds now) const;

  /// A beat, from the one thread that beats. Never waits.
  void beat(std::chrono::nanoseconds now, std::chrono::nanoseconds period);

  /// A pulse, due every *period*, from the one thread that gives it. Stands in for the beat if none came
  /// since the pulse before. Never waits.
  void pulse(std::chrono::nanoseconds now, std::chrono::nanoseconds period);

  /// @returns how many pulses on end had to stand in for the beat. For the thread that gives them.
  unsigned pulses_without_beat() const {
    return without_beat_;
  }

private:
  struct reading {
    std::atomic<std::int64_t> at{0};      ///< On the actors' clock,
    std::atomic<std::int64_t> lived{0};   ///< what was lived until then,
    std::atomic<std::int64_t> at_most{0}; ///< and how much may be added until the next one.
  };

  void publish(std::chrono::nanoseconds now, std::chrono::nanoseconds at_most);

  std::array<reading, 2> readings_{};
  std::atomic<std::uint64_t> turn_{0}; ///< The current reading is the one at turn % 2.
  std::atomic<std::uint64_t> beats_{0};
  std::atomic_flag publishing_;
  std::uint64_t beats_at_pulse_ = 0; ///< The pulse's alone, as is what follows.
  unsigned without_beat_ = 0;
};

} // namespace pmactor
