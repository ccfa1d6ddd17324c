#include "app/sampler/compute_window.hpp"

#include "messages/check.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// What a counter gained; nothing if it went back.
constexpr std::uint64_t gained(std::uint64_t last, std::uint64_t now) {
  return now > last ? now - last : 0;
}

std::optional<process_io> gained(const std::optional<process_io>& last,
                                 const std::optional<process_io>& now) {
  if (!last || !now || now->read_bytes < last->read_bytes
      || now->written_bytes < last->written_bytes)
    return std::nullopt;
  return process_io{now->read_bytes - last->read_bytes, now->written_bytes - last->written_bytes};
}

nanoseconds times(nanoseconds tick, std::uint64_t count) {
  return tick * static_cast<nanoseconds::rep>(count);
}

std::optional<double> user_ratio(std::uint64_t user, std::uint64_t system) {
  if (user + system == 0)
    return std::nullopt;
  return static_cast<double>(user) / static_cast<double>(user + system);
}

/// @param last nullptr for a process born in the window: all it has, it got here.
task_window compute_task(const process_reading* last, const process_reading& now,
                         nanoseconds interval, nanoseconds tick) {
  static const process_reading unborn = [] {
    process_reading x;
    x.run_ns = 0;
    x.io = process_io{};
    return x;
  }();
  const auto& then = last ? *last : unborn;
  task_window result;
  result.process = &now;
  result.interval = interval;
  const auto user = gained(then.user_ticks, now.user_ticks);
  const auto system = gained(then.system_ticks, now.system_ticks);
  result.cpu = times(tick, user + system);
  if (then.run_ns && now.run_ns) {
    const nanoseconds exact{gained(*then.run_ns, *now.run_ns)};
    // Both columns are cut to whole ticks, so they may lag by two. More than that was burned by threads
    // that came and went, which the exact clock has not seen.
    if (result.cpu <= exact + 2 * tick)
      result.cpu = exact;
  }
  result.user_ratio = user_ratio(user, system);
  if (!result.user_ratio) // too short for ticks: it will be as it was all its life
    result.user_ratio = user_ratio(now.user_ticks, now.system_ticks);
  result.io = gained(then.io, now.io);
  result.pageins = gained(then.major_faults, now.major_faults);
  return result;
}

std::uint64_t busy_ticks(const cpu_reading& x) {
  return x.user + x.nice + x.system;
}

/// The same CPU in the earlier reading, if it was online then.
const cpu_reading* find_cpu(const std::vector<cpu_reading>& cpus, std::uint32_t cpu) {
  const auto i = std::lower_bound(cpus.begin(), cpus.end(), cpu,
                                  [](const cpu_reading& x, std::uint32_t y) { return x.cpu < y; });
  return i != cpus.end() && i->cpu == cpu ? &*i : nullptr;
}

template <class Reading>
const Reading* find_named(const std::vector<Reading>& all, const std::string& name) {
  const auto i = std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.name == name; });
  return i != all.end() ? &*i : nullptr;
}

void compute_cpus(const machine_reading& last, const machine_reading& now, sample_window& result) {
  result.cpus.clear();
  for (const auto& cpu : now.cpus) {
    cpu_window x{cpu.cpu, cpu.capacity, std::nullopt, std::nullopt, cpu.freq_hz};
    if (const auto* then = find_cpu(last.cpus, cpu.cpu)) {
      const auto idle = gained(then->idle, cpu.idle) + gained(then->iowait, cpu.iowait);
      const auto down = gained(then->steal, cpu.steal);
      const auto total = gained(then->user, cpu.user) + gained(then->nice, cpu.nice)
                         + gained(then->system, cpu.system) + gained(then->irq, cpu.irq)
                         + gained(then->softirq, cpu.softirq) + idle + down;
      if (total > 0) {
        x.idle_ratio = static_cast<double>(idle) / static_cast<double>(total);
        if (down > 0)
          x.down_ratio = static_cast<double>(down) / static_cast<double>(total);
      }
    }
    result.cpus.push_back(x);
  }
}

/// Adds up what the devices that were there all the time did.
std::optional<disk_window> compute_disk(const machine_reading& last, const machine_reading& now) {
  if (!last.disks || !now.disks)
    return std::nullopt;
  disk_window sum;
  for (const auto& x : *now.disks)
    if (const auto* then = find_named(*last.disks, x.name)) {
      sum.reads += gained(then->reads, x.reads);
      sum.read_bytes += gained(then->read_bytes, x.read_bytes);
      sum.writes += gained(then->writes, x.writes);
      sum.written_bytes += gained(then->written_bytes, x.written_bytes);
    }
  return sum;
}

std::optional<network_window> compute_network(const machine_reading& last,
                                              const machine_reading& now) {
  if (!last.networks || !now.networks)
    return std::nullopt;
  network_window sum;
  for (const auto& x : *now.networks)
    if (const auto* then = find_named(*last.networks, x.name)) {
      sum.in_bytes += gained(then->in_bytes, x.in_bytes);
      sum.in_packets += gained(then->in_packets, x.in_packets);
      sum.out_bytes += gained(then->out_bytes, x.out_bytes);
      sum.out_packets += gained(then->out_packets, x.out_packets);
    }
  return sum;
}

std::optional<thermal_pressure> compute_pressure(const machine_reading& last,
                                                 const machine_reading& now, nanoseconds awake,
                                                 double heavy) {
  if (now.throttles.empty() || now.throttles.size() != last.throttles.size())
    return std::nullopt;
  auto result = thermal_pressure::nominal;
  for (std::size_t i = 0; i < now.throttles.size(); ++i) {
    const auto& then = last.throttles[i];
    const auto& x = now.throttles[i];
    if (gained(then.count, x.count) > 0)
      result = std::max(result, thermal_pressure::moderate);
    if (then.total_ms && x.total_ms
        && static_cast<double>(gained(*then.total_ms, *x.total_ms)) / 1e3
             > heavy * to_seconds(awake))
      result = thermal_pressure::heavy;
  }
  return result;
}

} // namespace

nanoseconds busy_time(const machine_reading& last, const machine_reading& now, nanoseconds tick) {
  std::uint64_t busy = 0;
  for (const auto& cpu : now.cpus)
    if (const auto* then = find_cpu(last.cpus, cpu.cpu))
      busy += gained(busy_ticks(*then), busy_ticks(cpu));
  return times(tick, busy);
}

void compute_window(const host_snapshot& last, const host_snapshot& now, const host_facts& facts,
                    const window_policy& policy, sample_window& result) {
  PMACTOR_CHECK(now.at.total >= last.at.total && now.at.awake >= last.at.awake);
  result.at = now.at;
  result.elapsed = now.at.total - last.at.total;
  // The clocks are read one after the other, so that awake may seem the longer by a hair.
  result.awake = std::min(now.at.awake - last.at.awake, result.elapsed);
  result.boot_time = now.machine.boot_time;
  result.cpu_die_c = now.machine.cpu_die_c;
  result.gpu_busy = now.machine.gpu_busy;
  result.disk = compute_disk(last.machine, now.machine);
  result.network = compute_network(last.machine, now.machine);
  result.pressure = compute_pressure(last.machine, now.machine, result.awake, policy.heavy_throttling);
  compute_cpus(last.machine, now.machine, result);

  result.tasks.clear();
  task_window sum;
  sum.interval = result.elapsed;
  sum.io = process_io{};
  sum.pageins = 0;
  std::uint64_t born = 0;
  std::size_t survivors = 0;
  auto then = last.processes.begin();
  for (const auto& process : now.processes) {
    while (then != last.processes.end() && then->pid < process.pid)
      ++then;
    const bool known = then != last.processes.end() && then->pid == process.pid
                       && then->started_ticks == process.started_ticks;
    auto interval = result.elapsed;
    if (known) {
      ++survivors;
      interval = std::max(process.at - then->at, nanoseconds{1});
    } else {
      ++born;
      // Start times are cut to whole ticks. An older one was hidden from us until now: what it did
      // before the window cannot be told from what it did inside.
      const auto started = times(facts.tick, process.started_ticks);
      if (started + facts.tick <= last.at.total)
        continue;
      // One from the future was born by a clock that was set since; all that is known is that it is new.
      if (started < now.at.total)
        interval = std::clamp(now.at.total - started, nanoseconds{1}, std::max(interval, nanoseconds{1}));
    }
    const auto task = compute_task(known ? &*then : nullptr, process, interval, facts.tick);
    if (task.cpu <= nanoseconds::zero() && process.state != 'D')
      continue;
    sum.cpu += task.cpu;
    *sum.pageins += *task.pageins;
    if (!task.io) { // a sum that leaves some out would be a lie
      sum.io.reset();
    } else if (sum.io) {
      sum.io->read_bytes += task.io->read_bytes;
      sum.io->written_bytes += task.io->written_bytes;
    }
    result.tasks.push_back(task);
  }
  std::sort(result.tasks.begin(), result.tasks.end(), [](const auto& x, const auto& y) {
    return x.cpu != y.cpu ? x.cpu > y.cpu : x.process->pid < y.process->pid;
  });
  if (result.tasks.size() > policy.max_tasks)
    result.tasks.resize(policy.max_tasks);

  // The CPUs were busy with more than the living account for: the rest was burned by the dead, if
  // anything can have died: somebody is missing, or more were made than are to be seen.
  result.dead_tasks.reset();
  const auto made = last.machine.forks && now.machine.forks
                      ? gained(*last.machine.forks, *now.machine.forks)
                      : 0;
  if (survivors < last.processes.size() || made > born) {
    const auto rest = busy_time(last.machine, now.machine, facts.tick) - sum.cpu;
    if (rest > nanoseconds::zero()) {
      result.dead_tasks.emplace();
      result.dead_tasks->interval = result.elapsed;
      result.dead_tasks->cpu = rest;
      sum.cpu += rest;
    }
  }
  result.all_tasks = sum;
}

} // namespace pmactor
