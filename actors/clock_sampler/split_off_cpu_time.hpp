// Decides from the switches of the beat's thread how the gap between two beats is split, and when
// what held the thread up began. Pure, and allocates nothing: the beat's thread calls it.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <optional>

namespace pmactor {

/// A stretch in which the thread was off the CPU, on the awake clock.
struct absence {
  std::chrono::nanoseconds left{}, came{};
  bool was_preempted = false; ///< It was ready to run all along.
};

/// @param newest_first those that lie between the two beats, *count* of them.
/// @param is_whole whether there are no earlier ones since the beat before.
/// @returns nothing if that is not known, as the first of them may be missing.
std::optional<gap_record> split_off_cpu_time(const absence* newest_first, std::size_t count, bool is_whole,
                                    std::chrono::nanoseconds deadline);

} // namespace pmactor
