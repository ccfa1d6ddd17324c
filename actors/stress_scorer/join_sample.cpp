#include "actors/stress_scorer/join_sample.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace pmactor {
namespace {

double traffic(const task_sample& x) {
  return x.io_read.value_or(0) + x.io_write.value_or(0);
}

process_sample to_process(const task_sample& x, bool suspect) {
  return {x.pid, x.started, x.name, x.cpu_pct, x.mem_bytes, x.io_read, x.io_write, x.state, x.waits_in,
          suspect};
}

/// Fills in what the machine's own counters lack.
void stand_in(std::optional<double>& own, const std::optional<double>& other) {
  if (!own)
    own = other;
}

/// The mean of two rates over two windows; a window in which there is none counts as nothing done.
void average(std::optional<double>& later, const std::optional<double>& earlier, double share) {
  if (later || earlier)
    later = later.value_or(0) * (1 - share) + earlier.value_or(0) * share;
}

/// What was done in a window was done while the machine was awake: that is what its rates are to be over.
void leave_out_sleep(std::vector<process_sample>& processes, const power_sample& power) {
  const auto awake = power.elapsed - power.asleep;
  if (power.asleep <= std::chrono::nanoseconds::zero() || awake <= std::chrono::nanoseconds::zero())
    return;
  const auto factor = to_seconds(power.elapsed) / to_seconds(awake);
  for (auto& x : processes)
    for (auto rate : {&process_sample::cpu_pct, &process_sample::io_read, &process_sample::io_write})
      if (x.*rate)
        *(x.*rate) *= factor;
}

/// @param share of the earlier window in both together.
void average(task_sample& later, const task_sample& earlier, double share) {
  for (auto rate : {&task_sample::cpu_pct, &task_sample::io_read, &task_sample::io_write,
                    &task_sample::pageins})
    average(later.*rate, earlier.*rate, share);
}

} // namespace

power_sample join_windows(const power_sample& earlier, power_sample later) {
  const auto both = earlier.elapsed + later.elapsed;
  if (both <= std::chrono::nanoseconds::zero())
    return later;
  const auto share = to_seconds(earlier.elapsed) / to_seconds(both);
  using identity = std::pair<std::int64_t, std::optional<double>>;
  std::map<identity, const task_sample*> before;
  for (const auto& task : earlier.tasks)
    before.emplace(identity{task.pid, task.started}, &task);
  for (auto& task : later.tasks) {
    const auto known = before.find({task.pid, task.started});
    average(task, known == before.end() ? task_sample{} : *known->second, share);
    if (known != before.end())
      before.erase(known);
  }
  for (const auto& [key, task] : before) { // those that did nothing in the later one, or have ended
    auto idle = *task;
    idle.cpu_pct = idle.io_read = idle.io_write = idle.pageins = std::nullopt;
    average(idle, *task, share);
    later.tasks.push_back(std::move(idle));
  }
  std::stable_sort(later.tasks.begin(), later.tasks.end(),
                   [](const task_sample& a, const task_sample& b) {
                     return a.cpu_pct.value_or(0) > b.cpu_pct.value_or(0);
                   });
  later.elapsed = both;
  later.asleep += earlier.asleep;
  return later;
}

std::vector<process_sample> rank_processes(const power_sample& power, const suspect_policy& suspects,
                                           const join_policy& policy) {
  const auto& tasks = power.tasks;
  std::vector<std::size_t> order;
  auto ranked = [&](auto&& points) {
    order.clear();
    for (std::size_t i = 0; i < tasks.size(); ++i)
      if (points(tasks[i]) > 0)
        order.push_back(i);
    // Ties in the order of the document, so that equal input gives equal rows.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return points(tasks[a]) > points(tasks[b]);
    });
  };
  std::vector<process_sample> result;
  std::vector<bool> taken(tasks.size());
  auto keep = [&](std::size_t i, bool suspect) {
    const auto& x = tasks[i];
    taken[i] = true;
    const bool known = std::any_of(result.begin(), result.end(), [&](const process_sample& y) {
      return y.pid == x.pid && y.start_time == x.started;
    });
    if (!known)
      result.push_back(to_process(x, suspect));
  };
  ranked([](const task_sample& x) { return x.cpu_pct.value_or(0); });
  for (std::size_t n = 0; n < std::min(policy.top_cpu, order.size()); ++n)
    keep(order[n], is_suspect(tasks[order[n]].name, suspects));
  ranked(traffic);
  for (std::size_t n = 0; n < std::min(policy.top_io, order.size()); ++n)
    if (!taken[order[n]])
      keep(order[n], is_suspect(tasks[order[n]].name, suspects));
  const auto keep_those = [&](std::size_t most, auto&& wanted) {
    for (std::size_t i = 0; i < tasks.size() && most > 0; ++i)
      if (!taken[i] && wanted(tasks[i])) {
        keep(i, is_suspect(tasks[i].name, suspects));
        --most;
      }
  };
  keep_those(policy.stuck, [](const task_sample& x) { return x.state == 'D'; });
  keep_those(policy.suspects, [&](const task_sample& x) { return is_suspect(x.name, suspects); });
  return result;
}

std::chrono::nanoseconds lived_interval(const power_sample& power,
                                        std::optional<std::chrono::nanoseconds> earlier,
                                        const join_policy& policy) {
  // An age is counted in whole periods, so there may be one more.
  const auto most = earlier ? std::min(power.elapsed, *earlier + policy.period) : power.elapsed;
  return std::max(most, policy.period);
}

bool is_stale(std::chrono::nanoseconds age, std::chrono::nanoseconds interval,
              const join_policy& policy) {
  return to_seconds(age) > policy.stale_after * to_seconds(interval);
}

scored_sample join_sample(const system_sample& system, const join_context& context,
                          const stress_scorer_policy& policy) {
  scored_sample result;
  result.system = system;
  result.late = context.late;
  if (context.power != nullptr && !is_stale(context.power_age, context.power_interval, policy.join)) {
    const auto& power = *context.power;
    auto& own = result.system;
    stand_in(own.cpu_pct, power.cpu_pct);
    stand_in(own.io_read, power.disk_read);
    stand_in(own.io_write, power.disk_write);
    stand_in(own.net_sent, power.net_sent);
    stand_in(own.net_recv, power.net_recv);
    result.cpu_temp_c = power.cpu_temp_c;
    result.cpu_freq_mhz = power.cpu_freq_mhz;
    result.gpu_pct = power.gpu_pct;
    result.throttled = power.throttled;
    result.processes = rank_processes(power, policy.suspects, policy.join);
    result.processes_seen = power.arrived.awake;
    result.processes_window = power.elapsed - power.asleep;
    leave_out_sleep(result.processes, power);
  }
  if (!result.throttled && system.pressure)
    result.throttled = *system.pressure > thermal_pressure::nominal;
  stress_inputs inputs;
  inputs.load1 = system.load1;
  inputs.cores = system.cores;
  inputs.mem_available = system.mem_available;
  inputs.mem_total = system.mem_total;
  inputs.throttled = result.throttled;
  inputs.latency_ratio = context.latency_ratio;
  inputs.io_rate = io_rate(result.system);
  inputs.waits = {system.psi_io_some, context.late[late_part::disk]};
  result.stress = score_stress(inputs, context.baseline, policy.stress);
  return result;
}

std::optional<double> io_rate(const system_sample& x) {
  if (!x.io_read && !x.io_write)
    return std::nullopt;
  return x.io_read.value_or(0) + x.io_write.value_or(0);
}

} // namespace pmactor
