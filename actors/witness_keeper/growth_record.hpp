// Remembers how a total of time (lived, throttled) grew in the recent past, beside the awake clock. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace pmactor {

/// Readings of the awake clock and the total side by side, the oldest first.
class growth_record {
public:
  /// Both never go back; a reading that does is left out.
  void add(std::chrono::nanoseconds now, std::chrono::nanoseconds total);

  /// @returns by how much it grew within the stretch. Between two readings all growth is taken to lie at the
  /// end of what it did not grow in: a reader wakes up after a pause. Before the first reading and after the last
  /// one it is taken to have grown all the time.
  std::chrono::nanoseconds between(std::chrono::nanoseconds began, std::chrono::nanoseconds ended) const;

private:
  struct reading {
    std::chrono::nanoseconds now{}, total{};
  };
  std::chrono::nanoseconds total_at(std::chrono::nanoseconds time) const;

  static constexpr std::size_t remembered = 900; ///< A quarter of an hour at one look a second.
  std::deque<reading> readings_;
};

} // namespace pmactor
