#include "actors/flight_recorder/name_doers.hpp"

#include "messages/words.hpp"

namespace pmactor {

bool is_answered(const pause_event& event, const blame_facts& blame) {
  return blame.source == blame_source::recorded && blame.harm > std::chrono::nanoseconds{}
         && (event.cause == pause_cause::cpu_wait || event.cause == pause_cause::kernel);
}

std::vector<culprit> name_doers(const blame_facts& blame, const culprit_policy& policy) {
  std::vector<culprit> result;
  const auto harm = to_seconds(blame.harm);
  for (const auto& x : blame.doers) {
    if (result.size() == policy.most || to_seconds(x.held) < policy.least_blame * harm)
      break;
    const auto share = printed("%.0f %%", 100 * to_seconds(x.held) / harm);
    auto reason = share + " of the wait for " + blame.resource + ", " + spelled(x.held) + ' '
                  + (blame.source == blame_source::recorded ? "recorded" : "by what it used");
    if (x.processes > 1)
      reason += ", " + std::to_string(x.processes) + " processes" + (x.parent.empty() ? "" : " of " + x.parent);
    result.push_back({x.pid, x.start_time, x.name, std::move(reason)});
  }
  return result;
}

} // namespace pmactor
