// What runs in the witness' own thread, which is its first witness: a timer of ordinary priority.
#pragma once

#include "actors/witness_keeper/witness_page.hpp"
#include "app/witness/judge_timer.hpp"
#include "app/witness/run_queue_clock.hpp"
#include "app/witness/witness_probe.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

constexpr std::chrono::nanoseconds witness_pace = std::chrono::milliseconds{500}; ///< On a battery half of it.
/// The WITNESS KEEPER looks at whole seconds of the same clock: so much before that its words are
/// fresh.
constexpr std::chrono::nanoseconds witness_lead = std::chrono::milliseconds{40};
constexpr unsigned program_every = 60;    ///< Looks between two starts of a program at rest,
constexpr unsigned program_when_busy = 4; ///< and while something is under pressure,
/// while many tasks want to run, for of these a new program waits the longest, and after a start that took long.
constexpr unsigned program_when_crowded = 2, program_when_slow = 1;

class witness_loop {
public:
  explicit witness_loop(witness_page& page);
  virtual ~witness_loop() = default;
  witness_loop(const witness_loop&) = delete;
  witness_loop& operator=(const witness_loop&) = delete;

  /// Looks at its pace until its parent is gone.
  void run();

protected:
  /// Looks at all that this system lets it feel.
  /// @param due when the timer should have ended.
  virtual void look(std::chrono::nanoseconds due, std::chrono::nanoseconds now) = 0;

  /// Notes whether the timer was late, and why. @returns the reason.
  /// @param major_faults of its thread in all. @param throttled its control group since the last look.
  timer_cause note_timer(std::chrono::nanoseconds due, std::chrono::nanoseconds now, std::uint64_t major_faults,
                         std::chrono::nanoseconds throttled);

  /// Halves the pace, from the next look on. Call it after note_timer().
  void save_power(bool on) {
    pace_ = on ? 2 * witness_pace : witness_pace;
  }

  witness_page& page_;
  absent_time absent_{0};
  std::chrono::nanoseconds last_look_{}; ///< When the look before was, on the awake clock.

private:
  std::chrono::nanoseconds pace_ = witness_pace;
  run_queue_clock run_queue_;
  std::optional<std::chrono::nanoseconds> waited_; ///< In the run queue, by the last look.
  std::uint64_t major_faults_ = 0;
  owned_slot timer_, faults_;
};

/// @returns when to look next: half a pace from now at the earliest, at a whole pace less the lead.
std::chrono::nanoseconds find_next_look(std::chrono::nanoseconds now,
                                        std::chrono::nanoseconds pace);

/// @param takes how long the last start of a program took, or takes.
/// @returns how many looks lie between two starts of a program.
unsigned looks_between_starts(bool is_busy, bool is_crowded, std::chrono::nanoseconds takes);

/// @param page outlives the process.
/// @param questions the folder of the locks of what may not answer; empty: none are locked.
/// @returns the loop of this system.
std::unique_ptr<witness_loop> make_witness_loop(witness_page& page, const std::string& questions);

/// Sleeps until then, on the awake clock. In a file of the system's, as one has no call for it.
void sleep_until(std::chrono::nanoseconds due);

} // namespace pmactor
