#include "actors/supervision/lived_clock.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

nanoseconds lived_clock::at(nanoseconds now) const {
  for (;;) {
    const auto turn = turn_.load(std::memory_order_acquire);
    const auto& x = readings_[turn % 2];
    const auto at = x.at.load(std::memory_order_relaxed);
    const auto lived = x.lived.load(std::memory_order_relaxed);
    const auto at_most = x.at_most.load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    // A writer touches this reading again only after it has published the other one, ten times a second at
    // most: this is never tried a third time in practice.
    if (turn_.load(std::memory_order_relaxed) == turn)
      // A reader may have taken *now* just before the publication that it meets.
      return nanoseconds{lived + std::clamp<std::int64_t>(now.count() - at, 0, at_most)};
  }
}

void lived_clock::beat(nanoseconds now, nanoseconds period) {
  beats_.fetch_add(1, std::memory_order_relaxed);
  publish(now, 2 * period);
}

void lived_clock::pulse(nanoseconds now, nanoseconds period) {
  const auto beats = beats_.load(std::memory_order_relaxed);
  const bool is_first = turn_.load(std::memory_order_relaxed) == 0;
  if (beats != beats_at_pulse_ || is_first)
    without_beat_ = 0;
  else
    ++without_beat_;
  // One pulse that finds no beat may just be the first to wake out of a pause that began right behind the
  // pulse before: it allows for nothing beyond what any reader sees. The second one knows.
  if (without_beat_ > 0 || is_first)
    publish(now, without_beat_ >= 2 ? 2 * period : nanoseconds::zero());
  beats_at_pulse_ = beats;
}

void lived_clock::publish(nanoseconds now, nanoseconds at_most) {
  // Two threads may publish, but one at a time: one that meets the other leaves it to it, as their readings
  // would be the same but for what happened in between, which the next one settles.
  if (publishing_.test_and_set(std::memory_order_acquire))
    return;
  const auto turn = turn_.load(std::memory_order_relaxed);
  const auto& last = readings_[turn % 2];
  const auto before = last.at.load(std::memory_order_relaxed);
  const auto allowed = last.at_most.load(std::memory_order_relaxed);
  const auto added = std::clamp<std::int64_t>(now.count() - before, 0, allowed);
  const auto lived = last.lived.load(std::memory_order_relaxed) + added;
  auto& next = readings_[(turn + 1) % 2];
  // A thread that reads what follows also sees that the turn of the reading before is over.
  std::atomic_thread_fence(std::memory_order_release);
  next.at.store(std::max<std::int64_t>(now.count(), before), std::memory_order_relaxed);
  next.lived.store(lived, std::memory_order_relaxed);
  // Never less than the last reading still allowed: this thread may have been stopped since it took *now*,
  // and others may have seen more since, if it was a pulse's that stood in for a beat's.
  next.at_most.store(std::max<std::int64_t>(at_most.count(), allowed - added), std::memory_order_relaxed);
  turn_.store(turn + 1, std::memory_order_release);
  publishing_.clear(std::memory_order_release);
}

} // namespace pmactor
