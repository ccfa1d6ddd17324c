#include "actors/black_box/decide_write.hpp"

#include <cmath>

namespace pmactor {

bool decide_write(const write_question& x, const black_box_policy& policy) {
  if (!x.last)
    return true;
  // Samples come once a second, a little early or late; one that would come too late is not waited for.
  constexpr std::chrono::nanoseconds early = std::chrono::milliseconds{500}, next_sample = std::chrono::seconds{1};
  const bool is_urgent = x.stalls || x.stress >= policy.urgent_stress;
  const bool is_at_work =
    x.disk_bytes > policy.own_bytes || std::abs(x.stress - x.last_stress) >= policy.changed_stress;
  const auto period = is_urgent    ? policy.urgent_period
                      : is_at_work ? policy.period - next_sample
                                   : policy.quiet_period;
  return x.now - *x.last + early >= period;
}

} // namespace pmactor
