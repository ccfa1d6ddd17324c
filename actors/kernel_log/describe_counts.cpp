#include "actors/kernel_log/describe_counts.hpp"

#include "messages/words.hpp"

#include <utility>

namespace pmactor {
namespace {

std::uint64_t grown(const std::optional<std::uint64_t>& before,
                    const std::optional<std::uint64_t>& after) {
  return before && after && *after > *before ? *after - *before : 0;
}

incident_line line(const char* rule, incident_kind kind, std::string says) {
  incident_line result;
  result.rule = rule;
  result.kind = kind;
  result.weight = 9;
  result.says = std::move(says);
  return result;
}

} // namespace

std::vector<incident_line> describe_counts(const kernel_counts& before,
                                           const kernel_counts& after) {
  std::vector<incident_line> result;
  if (const auto count = grown(before.oom_kills, after.oom_kills); count > 0)
    result.push_back(line("oom-counted", incident_kind::memory,
                          "the kernel killed " + grouped(count)
                            + (count == 1 ? " process" : " processes") + " for lack of memory"));
  if (const auto count = grown(before.hung_tasks, after.hung_tasks); count > 0)
    result.push_back(
      line("hung-counted", incident_kind::hung_task,
           grouped(count) + (count == 1 ? " task was" : " tasks were") + " blocked for minutes"));
  return result;
}

} // namespace pmactor
