#include "actors/witness_keeper/lived_record.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

void lived_record::add(nanoseconds now, nanoseconds lived) {
  if (!readings_.empty() && (now <= readings_.back().now || lived < readings_.back().lived))
    return;
  readings_.push_back({now, lived});
  if (readings_.size() > remembered)
    readings_.pop_front();
}

nanoseconds lived_record::lived_at(nanoseconds time) const {
  const auto after = std::lower_bound(readings_.begin(), readings_.end(), time,
                                      [](const reading& x, nanoseconds t) { return x.now < t; });
  if (after == readings_.begin())
    return after->lived - (after->now - time);
  if (after == readings_.end())
    return readings_.back().lived + (time - readings_.back().now);
  const auto& before = *(after - 1);
  return std::max(before.lived, after->lived - (after->now - time));
}

nanoseconds lived_record::between(nanoseconds began, nanoseconds ended) const {
  if (readings_.empty())
    return ended - began;
  return std::max(nanoseconds{}, lived_at(ended) - lived_at(began));
}

} // namespace pmactor
