#include "actors/clock_sampler/split_off_cpu_time.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// Of an absence this much is no part of any pause: waking up and being put on a CPU takes it.
constexpr nanoseconds noise = std::chrono::milliseconds{1};

} // namespace

std::optional<gap_record> split_off_cpu_time(const absence* newest_first, std::size_t count, bool is_whole,
                                    nanoseconds deadline) {
  if (!is_whole)
    return std::nullopt;
  gap_record result;
  // The wait for the deadline is the first one in which the thread was not ready. If it is woken
  // before its time and leaves again, it does so because it is stopped, or frozen, or goes on
  // waiting: that one counts from its begin on.
  std::size_t wait = count;
  for (std::size_t i = 0; i < count; ++i)
    if (!newest_first[i].was_preempted)
      wait = i;
  const auto held_since = [&](std::size_t i) {
    const auto& x = newest_first[i];
    return i == wait ? std::max(x.left, deadline) : x.left;
  };
  nanoseconds longest{};
  for (std::size_t i = 0; i < count; ++i) {
    const auto held = std::max(nanoseconds{}, newest_first[i].came - held_since(i));
    longest = std::max(longest, held);
    (newest_first[i].was_preempted ? result.preempted : result.blocked) += held;
  }
  if (longest <= noise)
    return result;
  // The oldest that is no trifle beside the longest.
  for (std::size_t i = count; i-- > 0;) {
    if (newest_first[i].came - held_since(i) < std::max(noise, longest / 10))
      continue;
    if (i != wait)
      result.onset = newest_first[i].left;
    break;
  }
  return result;
}

} // namespace pmactor
