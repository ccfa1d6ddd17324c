#include "actors/flight_recorder/choose_culprits_by_blame.hpp"

#include "actors/flight_recorder/rank_culprits_by_usage.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {

namespace {

/// Of less than this part of the harm a record says too little of who did the rest.
constexpr int least_known = 4;
/// Of a shorter harm there are too few samples: chance would name some.
constexpr std::chrono::milliseconds least_sampled{200};
/// By samples a process must have done so many times as much as by a record to be named: of 20 samples one that did a
/// twentieth has a tenth now and then, and hardly ever a third.
constexpr int sampled_margin = 2;
/// At a disk what is not known is no chance: it is what the kernel writes back for programs, among which are the worst.
constexpr int most_unknown = 4;

std::string source_words(blame_source x) {
  switch (x) {
    case blame_source::recorded:
      return "recorded";
    case blame_source::sampled:
      return "by samples";
    case blame_source::deltas:
    case blame_source::weak:
      break;
  }
  return "by what it used";
}

std::string reason_of(const serving_process& x) {
  const std::string silent = "has to answer and did not: ";
  switch (x.state) {
    case 'T':
      return silent + "it was stopped by a signal";
    case 't':
      return silent + "a debugger held it";
    case 'D':
      return silent + "it was in D state" + (x.waits_in.empty() ? "" : ", in " + x.waits_in);
    case 'R':
      return silent + "it was on a CPU, or waited for one";
    case 'S':
      return silent + "it slept" + (x.waits_in.empty() ? "" : " in " + x.waits_in);
    default:
      return "has to answer and did not";
  }
}

} // namespace

bool is_answered(const pause_event& event, const blame_facts& blame) {
  const bool is_seen = blame.source == blame_source::recorded
                       || (blame.source == blame_source::sampled && blame.harm >= least_sampled);
  if (!is_seen || blame.harm <= std::chrono::nanoseconds{})
    return false;
  if (event.stall && event.stall->resource == stall_resource::disk)
    return blame.unknown * most_unknown <= blame.harm && !is_beyond_processes(event);
  return (blame.harm - blame.unknown) * least_known >= blame.harm
         && (event.cause == pause_cause::cpu_wait || event.cause == pause_cause::kernel);
}

std::vector<culprit> choose_culprits_by_blame(const blame_facts& blame, const culprit_policy& policy) {
  std::vector<culprit> result;
  // What is not recorded speaks for none and against none.
  const auto harm = to_seconds(blame.harm - blame.unknown);
  const auto whole = blame.unknown * 50 > blame.harm
                       ? spelled(blame.harm - blame.unknown) + " that are recorded of the wait for "
                       : std::string{"wait for "};
  const auto least = policy.least_blame * (blame.source == blame_source::sampled ? sampled_margin : 1);
  for (const auto& x : blame.doers) {
    if (result.size() == policy.most || to_seconds(x.held) < least * harm)
      break;
    const auto share = printed("%.0f %%", 100 * to_seconds(x.held) / harm);
    auto reason = share + " of the " + whole + blame.resource + ", " + spelled(x.held) + ' '
                  + source_words(blame.source);
    if (x.processes > 1)
      reason += ", " + std::to_string(x.processes) + " processes" + (x.parent.empty() ? "" : " of " + x.parent);
    result.push_back({x.pid, x.start_time, x.name, std::move(reason)});
  }
  return result;
}

void name_server(std::vector<culprit>& to, const serving_process& server, std::size_t most) {
  std::erase_if(to, [&server](const culprit& x) { return x.pid == server.pid; });
  to.insert(to.begin(), culprit{server.pid, server.start_time, server.name, reason_of(server)});
  if (to.size() > most)
    to.resize(most);
}

} // namespace pmactor
