// Remembers which part of the recent past was lived, from looks at the lived clock. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace pmactor {

/// Readings of the awake and the lived clock side by side, the oldest first.
class lived_record {
public:
  /// Both clocks never go back; a reading that does is left out.
  void add(std::chrono::nanoseconds now, std::chrono::nanoseconds lived);

  /// @returns how much of the stretch was lived. Between two readings all lived time is taken to lie at the
  /// end of what was not lived: a reader wakes up after the pause. Before the first reading all is taken
  /// as lived.
  std::chrono::nanoseconds between(std::chrono::nanoseconds began, std::chrono::nanoseconds ended) const;

private:
  struct reading {
    std::chrono::nanoseconds now{}, lived{};
  };
  std::chrono::nanoseconds lived_at(std::chrono::nanoseconds time) const;

  static constexpr std::size_t remembered = 900; ///< A quarter of an hour at one look a second.
  std::deque<reading> readings_;
};

} // namespace pmactor
