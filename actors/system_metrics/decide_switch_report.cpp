#include "actors/system_metrics/decide_switch_report.hpp"

#include "messages/time.hpp"

namespace pmactor {

std::optional<switch_rate> decide_switch_report(const system_counters* before, const system_counters& now,
                                                std::optional<std::chrono::nanoseconds>& last_much) {
  if (before == nullptr || !before->switches || !now.switches || *now.switches < *before->switches
      || now.at.awake <= before->at.awake)
    return std::nullopt;
  const switch_rate found{static_cast<double>(*now.switches - *before->switches)
                          / to_seconds(now.at.awake - before->at.awake)};
  if (found.per_second >= much_switching)
    last_much = now.at.awake;
  if (!last_much)
    return std::nullopt;
  if (now.at.awake - *last_much > report_behind) {
    last_much.reset();
    return std::nullopt;
  }
  return found;
}

} // namespace pmactor
