#include "actors/black_box/decide_record.hpp"

#include <cmath>

namespace pmactor {

bool decide_record(const record_question& x, const black_box_policy& policy) {
  if (!x.last)
    return true;
  // Samples come once a second, a little early or late. A record that waited for the one at its period would be too
  // old before the next, and on a busy machine it takes a part of a second until it is durable.
  constexpr std::chrono::nanoseconds early = std::chrono::milliseconds{500}, margin = std::chrono::seconds{2};
  const bool is_urgent = x.stalls || x.stress >= policy.urgent_stress;
  const bool may_sleep = !x.last_work || x.now - *x.last_work >= policy.sleeps_after;
  const bool is_at_work = !may_sleep || x.disk_bytes > policy.own_bytes
                          || std::abs(x.stress - x.last_stress) >= policy.changed_stress;
  const auto period = is_urgent    ? policy.urgent_period
                      : is_at_work ? policy.period - margin
                                   : policy.quiet_period;
  return x.now - *x.last + early >= period;
}

} // namespace pmactor
