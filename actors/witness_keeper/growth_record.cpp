#include "actors/witness_keeper/growth_record.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

void growth_record::add(nanoseconds now, nanoseconds total) {
  if (!readings_.empty() && (now <= readings_.back().now || total < readings_.back().total))
    return;
  readings_.push_back({now, total});
  if (readings_.size() > remembered)
    readings_.pop_front();
}

nanoseconds growth_record::total_at(nanoseconds time) const {
  const auto after = std::lower_bound(readings_.begin(), readings_.end(), time,
                                      [](const reading& x, nanoseconds t) { return x.now < t; });
  if (after == readings_.begin())
    return after->total - (after->now - time);
  if (after == readings_.end())
    return readings_.back().total + (time - readings_.back().now);
  const auto& before = *(after - 1);
  return std::max(before.total, after->total - (after->now - time));
}

nanoseconds growth_record::between(nanoseconds began, nanoseconds ended) const {
  if (readings_.empty())
    return ended - began;
  return std::max(nanoseconds{}, total_at(ended) - total_at(began));
}

} // namespace pmactor
