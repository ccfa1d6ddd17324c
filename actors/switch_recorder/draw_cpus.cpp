#include "actors/switch_recorder/draw_cpus.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::pair<std::int32_t, std::int32_t> several{-1, -1};

struct drawn {
  std::uint32_t cpu = 0;
  nanoseconds began{}, ended{};
  std::pair<std::int32_t, std::int32_t> task; ///< pid, tid
  bool left_ready = false;
};

/// What is shorter than *least* becomes part of one slice with its neighbours, as far as hardly any time lies between.
std::vector<drawn> merge_short(const std::vector<drawn>& all, nanoseconds least) {
  std::vector<drawn> result;
  for (const auto& x : all) {
    if (x.ended - x.began >= least) {
      result.push_back(x);
      continue;
    }
    if (!result.empty()) {
      auto& last = result.back();
      if (last.cpu == x.cpu && last.task == several && x.began - last.ended < least) {
        last.ended = x.ended;
        continue;
      }
    }
    result.push_back(x);
    result.back().task = several;
    result.back().left_ready = false;
  }
  return result;
}

/// Gives what is drawn as one to the process that had most of it.
/// @param kept made of *all*, in the same order.
void name_merged(std::vector<drawn>& kept, const std::vector<drawn>& all) {
  std::size_t i = 0;
  for (auto& x : kept) {
    std::map<std::int32_t, nanoseconds> held; // by pid
    do
      held[all[i].task.first] += all[i].ended - all[i].began;
    while (++i < all.size() && all[i].cpu == x.cpu && all[i].began < x.ended);
    if (x.task != several)
      continue;
    const auto most = std::max_element(held.begin(), held.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    x.task = {most->first, several.second};
  }
}

} // namespace

cpu_timeline draw_cpus(const switch_log& log, nanoseconds from, nanoseconds to, nanoseconds wall,
                       const drawing_policy& policy) {
  cpu_timeline result;
  result.began = wall;
  result.length = std::max(nanoseconds{}, to - from);
  std::vector<drawn> all;
  for (const auto& cpu : log.cpus) {
    result.cpus.push_back({cpu.number, std::clamp(cpu.covers_from - from, nanoseconds{}, result.length)});
    for (const auto& x : cpu.stretches)
      if (x.ended > from && x.began < to)
        all.push_back({cpu.number,
                       std::max(x.began, from),
                       std::min(x.ended, to),
                       {x.pid, x.tid},
                       x.left_ready && x.ended < to});
  }
  auto kept = all;
  for (auto least = nanoseconds{std::chrono::microseconds{50}};
       kept.size() > policy.most_slices && least < result.length; least *= 2)
    kept = merge_short(all, least);
  name_merged(kept, all);
  if (kept.size() > policy.most_slices) // nothing but trifles, far apart
    kept.resize(policy.most_slices);
  // The tasks that were on the CPUs for the longest have a name of their own.
  std::map<std::pair<std::int32_t, std::int32_t>, nanoseconds> held;
  for (const auto& x : kept)
    held[x.task] += x.ended - x.began;
  std::vector<std::pair<nanoseconds, std::pair<std::int32_t, std::int32_t>>> ranked;
  for (const auto& [task, time] : held)
    ranked.emplace_back(time, task);
  std::sort(ranked.begin(), ranked.end(), std::greater<>{});
  std::map<std::pair<std::int32_t, std::int32_t>, std::uint32_t> index;
  const auto add_task = [&](std::pair<std::int32_t, std::int32_t> task, std::string name) {
    index[task] = static_cast<std::uint32_t>(result.tasks.size());
    result.tasks.push_back({task.first, task.second, std::move(name)});
  };
  add_task(several, "several");
  for (const auto& [time, task] : ranked)
    if (task != several && result.tasks.size() < policy.most_tasks) {
      const auto known = log.processes.find(task.first);
      add_task(task, known == log.processes.end() ? std::string{} : known->second.name);
    }
  for (const auto& x : kept) {
    const auto known = index.find(x.task);
    result.slices.push_back({x.cpu, known == index.end() ? 0 : known->second, x.began - from,
                             x.ended - x.began, x.left_ready});
  }
  return result;
}

} // namespace pmactor
