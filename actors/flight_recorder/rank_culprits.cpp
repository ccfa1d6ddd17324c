#include "actors/flight_recorder/rank_culprits.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pmactor {
namespace {

/// What speaks against a process, and how strongly: 1 is as much as the policy asks for.
struct charge {
  double weight = 0;
  std::string reason;
};

std::string rate(double bytes_per_second) {
  if (bytes_per_second >= 1e9)
    return printed("%.1f GB/s", bytes_per_second / 1e9);
  return printed(bytes_per_second < 10e6 ? "%.1f MB/s" : "%.0f MB/s", bytes_per_second / 1e6);
}

std::vector<charge> charges(const process_sample& x, const scored_sample& sample, pause_cause cause,
                            const culprit_policy& policy) {
  // A reason that fits the cause weighs ten times as much as one that does not.
  const bool about_cpu = cause == pause_cause::cpu_wait || cause == pause_cause::quota
                         || cause == pause_cause::stolen;
  const bool about_disk = cause == pause_cause::io || cause == pause_cause::memory;
  const bool about_memory = cause == pause_cause::memory;
  const auto fit = [](bool fits) { return fits ? 10.0 : 1.0; };
  std::vector<charge> result;
  if (const auto cpu = x.cpu_pct.value_or(0); cpu >= policy.least_cpu_pct)
    result.push_back({fit(about_cpu) * cpu / policy.least_cpu_pct,
                      "used " + printed("%.0f %%", cpu) + " of a CPU"});
  const auto written = x.io_write.value_or(0);
  const auto read = x.io_read.value_or(0);
  if (written + read >= policy.least_io_rate)
    result.push_back({fit(about_disk) * (written + read) / policy.least_io_rate,
                      written >= read ? "wrote " + rate(written) : "read " + rate(read)});
  if (x.state == 'D')
    result.push_back({fit(about_disk) * 2, x.waits_in.empty() ? "in D state"
                                                              : "in D state, in " + x.waits_in});
  if (const auto total = sample.system.mem_total.value_or(0); total > 0)
    if (const auto share = x.mem_bytes.value_or(0) / total; share >= policy.least_memory_share)
      result.push_back({fit(about_memory) * share / policy.least_memory_share,
                        "held " + printed("%.0f %%", share * 100) + " of the memory"});
  if (x.is_suspect)
    result.push_back({1, "suspect pattern"});
  std::stable_sort(result.begin(), result.end(),
                   [](const charge& a, const charge& b) { return a.weight > b.weight; });
  return result;
}

bool nobody_here(pause_cause cause) {
  return cause == pause_cause::asleep || cause == pause_cause::stopped || cause == pause_cause::frozen
         || cause == pause_cause::stolen;
}

struct suspicion {
  double weight = 0;
  culprit who;
};

/// Adds those of a sample; of who is suspected already the heavier reasons stay.
void suspect(const scored_sample& sample, const char* when, pause_cause cause,
             const culprit_policy& policy, std::vector<suspicion>& ranked) {
  for (const auto& process : sample.processes) {
    if (process.pid <= 0)
      continue; // the sum of those that have ended accuses nobody
    const auto found = charges(process, sample, cause, policy);
    if (found.empty())
      continue;
    suspicion x{0, {process.pid, process.start_time, process.name, {}}};
    for (const auto& charge : found) {
      x.weight += charge.weight;
      x.who.reason += (x.who.reason.empty() ? "" : ", ") + charge.reason;
    }
    x.who.reason += when;
    const auto known = std::find_if(ranked.begin(), ranked.end(), [&](const suspicion& y) {
      return y.who.pid == x.who.pid && y.who.start_time == x.who.start_time;
    });
    if (known == ranked.end())
      ranked.push_back(std::move(x));
    else if (x.weight > known->weight)
      *known = std::move(x);
  }
}

} // namespace

std::vector<culprit> rank_culprits(const scored_sample* before, const scored_sample* across,
                                   pause_cause cause, const culprit_policy& policy) {
  if (nobody_here(cause))
    return {};
  std::vector<suspicion> ranked;
  if (before != nullptr)
    suspect(*before, "", cause, policy, ranked);
  if (across != nullptr)
    suspect(*across, " meanwhile", cause, policy, ranked);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  std::vector<culprit> result;
  for (auto& x : ranked) {
    if (result.size() == policy.most)
      break;
    result.push_back(std::move(x.who));
  }
  return result;
}

} // namespace pmactor
