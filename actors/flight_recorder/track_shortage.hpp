// Decides who made memory scarce: whose memory grew since it was ample for the last time, and who
// held on to it from then on. What a process reads again of what was evicted is no growth, as it
// had that before. What was never held at one time is not added up: a build runs many compilers in
// the same memory, one after the other. Pure.
#pragma once

#include "messages/pause.hpp"
#include "messages/sample.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What a process had of memory while that was scarce.
struct memory_holder {
  std::int64_t pid = 0;
  std::optional<double> start_time; ///< Unix seconds; with the pid it is its identity.
  std::string name;                 ///< Foreign bytes.
  double most = 0;                  ///< Bytes that were resident, at most.
  /// Bytes at least: what can be given back, as the pages of a file, is evicted in a shortage.
  double kept = 0;
  /// Bytes, from when memory was ample to the most. Absent if it lived then, and what it had is not
  /// known.
  std::optional<double> gained;
  std::chrono::nanoseconds since{}; ///< The first sample of the shortage that lists it.
  std::chrono::nanoseconds seen{};  ///< The last one.
  /// The sample at which there was no room left for what it gained, so that it must have ended.
  std::chrono::nanoseconds gone = std::chrono::nanoseconds::max();
  double newest = 0; ///< Bytes in the last sample that lists it.
  /// Bytes that others had gained by then which ran already when memory was ample.
  double beside = 0;
  /// @returns whether it held then what it gained; what it had before it had all along.
  bool holds_at(std::chrono::nanoseconds at) const {
    return gained.value_or(0) <= 0 || (since <= at && at < gone);
  }
  /// @returns whether it has begun since memory was ample.
  bool is_newcomer() const {
    return gained && *gained >= most;
  }
  /// @returns what it still had of what it gained in the last sample that lists it.
  double gained_now() const {
    return std::max(0.0, gained.value_or(0) - (most - newest));
  }
  /// @returns the bytes of it that are no cache, as far as that shows.
  double held() const {
    return std::max(kept, gained.value_or(0));
  }
  friend bool operator==(const memory_holder&, const memory_holder&) = default;
};

/// A time in which memory was scarce, on the awake clock.
struct memory_shortage {
  /// When memory was ample for the last time, or the oldest moment that is known of; what grew
  /// since then made it scarce.
  std::chrono::nanoseconds grew_since{};
  std::chrono::nanoseconds began{}, seen_until{}; ///< The samples in which it was scarce.
  double total = 0;                               ///< Bytes of memory that the machine has.
  std::vector<memory_holder> holders;             ///< Bounded: those that held most.
  /// @returns the bytes that all of them gained together; no more than there is, as what several
  /// share is counted with each of them.
  double gained() const;
  friend bool operator==(const memory_shortage&, const memory_shortage&) = default;
};

/// @returns whether there is memory for all that want some.
bool is_memory_ample(const system_sample& x);

/// @returns the holder that is this process; nullptr if it was not seen.
const memory_holder* find_holder(const memory_shortage& shortage, const process_sample& x);

/// Remembers what processes had when memory was ample, for as long as a shortage lasts.
class shortage_tracker {
public:
  void add(const scored_sample& x);
  void forget();

  /// @returns the shortage that an event shares most of its time with, by all that was added;
  /// nothing if there was none. Its holders are those that held what they gained at one time: when
  /// that was most, from shortly before the event on.
  std::optional<memory_shortage> during(const pause_event& event) const;

  /// Where memory is never ample, or not for longer than this, growth is counted from no earlier
  /// moment.
  static constexpr std::chrono::minutes look_back{10};
  /// For how long a size is taken to be the size still; at least for two windows of the sampler.
  static constexpr std::chrono::minutes size_lasts{1};
  /// For how long one that has ended is felt: what gave way to it is read again only bit by bit.
  static constexpr std::chrono::seconds aftermath{10};
  static constexpr std::size_t most_processes = 256;
  static constexpr std::size_t most_shortages = 4;

private:
  /// What a process had when memory was ample.
  struct earlier_size {
    std::int64_t pid = 0;
    std::optional<double> start_time;
    double bytes = 0;
    std::chrono::nanoseconds seen{};
  };
  void remember_sizes(const scored_sample& x);
  void add_holders(const scored_sample& x, memory_shortage& to) const;
  void find_gone(const scored_sample& x, memory_shortage& to) const;
  std::optional<double> size_before(const process_sample& x) const;

  std::vector<earlier_size> sizes_;
  std::optional<clock_sample> sizes_at_;    ///< The last time that they were taken.
  std::chrono::nanoseconds sizes_window_{}; ///< In which those that ran were seen then.
  double available_ = 0, swapped_ = 0;      ///< Bytes, then.
  std::chrono::nanoseconds last_seen_{};    ///< Of the processes in the newest sample.
  bool is_short_ = false;                   ///< The newest shortage lasts.
  std::deque<memory_shortage> shortages_;   ///< The oldest first.
};

} // namespace pmactor
