// Decides from the kernel's counts of suspends, or from the clocks where it counts none, that the
// machine slept, and for how long what is logged of the reason may still be of that sleep. Pure.
#pragma once

#include "actors/kernel_log/describe_suspend.hpp"
#include "actors/kernel_log/sleep_reasons.hpp"
#include "actors/kernel_log/suspend_counts.hpp"
#include "messages/remark.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace pmactor {

/// Where suspends are not counted, the clocks have to part by this between two looks: less is not
/// known to be a sleep.
constexpr std::chrono::nanoseconds least_sleep = std::chrono::seconds{5};
/// Why the machine slept may be in the journal a little later than the count of it: for this long,
/// awake.
constexpr std::chrono::nanoseconds explained_within = std::chrono::seconds{20};

/// @returns whether a suspend succeeded or failed between two readings of the two counts.
bool has_suspended(const suspend_counts& before, const suspend_counts& after);

struct known_sleep {
  clock_sample began, ended; ///< The looks around it.
  std::uint64_t number = 0;  ///< By the kernel's count where there is one, else by ours.
  friend bool operator==(const known_sleep&, const known_sleep&) = default;
};

/// @param before, after the counts around it.
/// @returns what the kernel counted and logged of a sleep: what woke the machine, how long the
/// phases took.
std::vector<remark> describe_sleep(const known_sleep& x, const suspend_counts& before,
                                   const suspend_counts& after, const suspend_phases& phases);

class sleep_tracker {
public:
  /// @param after all counts, once has_suspended().
  /// @returns the sleep if a suspend succeeded; one that failed is none.
  std::optional<known_sleep> find_counted(const suspend_counts& before, const suspend_counts& after,
                                          const clock_sample& now);
  /// Only where the kernel does not count suspends: the clocks part in a sleep.
  /// @returns the sleep since the last look; nothing at the first look.
  std::optional<known_sleep> find_by_clocks(const clock_sample& now);
  /// @returns why the machine slept the last time, as far as that was not said before; nothing long
  /// after it.
  std::vector<remark> explain(const sleep_reasons& reasons, const clock_sample& now);
  /// At the end of each look: the next sleep began no earlier.
  void note_look(const clock_sample& now) {
    looked_at_ = now;
  }

private:
  clock_sample looked_at_;
  std::optional<known_sleep> last_; ///< As long as something may become known of it.
  std::size_t said_ = 0;            ///< Sentences of why it was.
  std::uint64_t by_clocks_ = 0;     ///< How many sleeps the clocks showed.
};

} // namespace pmactor
