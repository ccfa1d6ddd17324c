#include "actors/flight_recorder/name_culprits.hpp"

#include "messages/words.hpp"

namespace pmactor {

namespace {

/// Of less than this part of the harm a record says too little of who did the rest.
constexpr int least_known = 4;
/// At a disk what is not known is no chance: it is what the kernel writes back for programs, among which are the worst.
constexpr int most_unknown = 4;

} // namespace

bool is_answered(const pause_event& event, const blame_facts& blame) {
  if (blame.source != blame_source::recorded || blame.harm <= std::chrono::nanoseconds{})
    return false;
  if (event.stall && event.stall->resource == stall_resource::disk)
    return blame.unknown * most_unknown <= blame.harm && !is_beyond_processes(event);
  return (blame.harm - blame.unknown) * least_known >= blame.harm
         && (event.cause == pause_cause::cpu_wait || event.cause == pause_cause::kernel);
}

std::vector<culprit> name_culprits(const blame_facts& blame, const culprit_policy& policy) {
  std::vector<culprit> result;
  // What is not recorded speaks for none and against none.
  const auto harm = to_seconds(blame.harm - blame.unknown);
  const auto whole = blame.unknown * 50 > blame.harm
                       ? spelled(blame.harm - blame.unknown) + " that are recorded of the wait for "
                       : std::string{"wait for "};
  for (const auto& x : blame.doers) {
    if (result.size() == policy.most || to_seconds(x.held) < policy.least_blame * harm)
      break;
    const auto share = printed("%.0f %%", 100 * to_seconds(x.held) / harm);
    auto reason = share + " of the " + whole + blame.resource + ", " + spelled(x.held) + ' '
                  + (blame.source == blame_source::recorded ? "recorded" : "by what it used");
    if (x.processes > 1)
      reason += ", " + std::to_string(x.processes) + " processes" + (x.parent.empty() ? "" : " of " + x.parent);
    result.push_back({x.pid, x.start_time, x.name, std::move(reason)});
  }
  return result;
}

} // namespace pmactor
