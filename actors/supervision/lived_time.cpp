#include "actors/supervision/lived_time.hpp"

#include <algorithm>

namespace pmactor {

void lived_time::add(const gap& x, std::chrono::nanoseconds now) {
  constexpr std::size_t remembered = 100;
  if (x.length <= std::chrono::nanoseconds::zero())
    return;
  paused_ += x.length;
  recent_.push_back({now - x.length, now});
  if (recent_.size() > remembered)
    recent_.pop_front();
}

std::chrono::nanoseconds lived_time::at(std::chrono::nanoseconds now) const {
  return now - paused_;
}

std::chrono::nanoseconds lived_time::between(std::chrono::nanoseconds begin,
                                             std::chrono::nanoseconds now) const {
  auto lived = now - begin;
  for (const auto& x : recent_)
    lived -= std::max(std::chrono::nanoseconds::zero(), std::min(now, x.end) - std::max(begin, x.begin));
  return std::max(std::chrono::nanoseconds::zero(), lived);
}

} // namespace pmactor
