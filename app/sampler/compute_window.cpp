#include "app/sampler/compute_window.hpp"

#include "actors/host/ask_size.hpp"
#include "messages/check.hpp"

#include <algorithm>
#include <map>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// What a counter gained; nothing if it went back.
constexpr std::uint64_t gained(std::uint64_t last, std::uint64_t now) {
  return now > last ? now - last : 0;
}

process_io operator+(const process_io& x, const process_io& y) {
  return {x.read_bytes + y.read_bytes, x.written_bytes + y.written_bytes};
}

/// What is left of *x*, nothing at least.
process_io without(const process_io& x, const process_io& y) {
  return {gained(y.read_bytes, x.read_bytes), gained(y.written_bytes, x.written_bytes)};
}

process_io at_most(const process_io& x, const process_io& y) {
  return {std::min(x.read_bytes, y.read_bytes), std::min(x.written_bytes, y.written_bytes)};
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

/// The I/O of the children that ended in the window, as the kernel charges it: when a parent reaps
/// a child it inherits all that the child ever did.
struct inheritance {
  /// What was known of the dead when they were last seen, by the pid that inherits it: it was done
  /// earlier.
  std::map<std::int64_t, process_io> known;
  std::optional<process_io> disks; ///< What the machine's disks moved: an upper bound.
  process_io rest; ///< What is inherited beyond: done by the dead since they were last seen.

  process_io known_to(std::int64_t pid) const {
    const auto i = known.find(pid);
    return i != known.end() ? i->second : process_io{};
  }
};

/// Sets the task's own I/O.
void compute_io(const process_reading& then, const process_reading& now, inheritance& inherited,
                task_window& result) {
  result.io = gained(then.io, now.io);
  if (!result.io || now.reaped_faults == then.reaped_faults)
    return; // it reaped no child
  const auto known = inherited.known_to(now.pid);
  if (const auto own = gained(then.own_io, now.own_io)) {
    inherited.rest = inherited.rest + without(without(*result.io, *own), known);
    result.io = own;
  } else if (!inherited.disks) {
    result.io.reset(); // how much of it is its own cannot be said
  } else {
    const auto most = without(*result.io, known);
    result.io = at_most(most, *inherited.disks);
    result.is_io_bounded = *result.io != most;
  }
}

/// @param last nullptr for a process born in the window: all it has, it got here.
task_window compute_task(const process_reading* last, const process_reading& now,
                         nanoseconds interval, nanoseconds tick, inheritance& inherited) {
  static const process_reading unborn = [] {
    process_reading x;
    x.run_ns = 0;
    x.io = x.own_io = process_io{};
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
  compute_io(then, now, inherited, result);
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

const process_reading* find_process(const std::vector<process_reading>& all, std::int64_t pid) {
  const auto i =
    std::lower_bound(all.begin(), all.end(), pid,
                     [](const process_reading& x, std::int64_t y) { return x.pid < y; });
  return i != all.end() && i->pid == pid ? &*i : nullptr;
}

/// Whether the same process is in the other reading.
bool is_in(const process_reading& x, const std::vector<process_reading>& all) {
  const auto* y = find_process(all, x.pid);
  return y != nullptr && y->started_ticks == x.started_ticks;
}

/// What each living process inherits from children, and from theirs, that were seen and are gone.
std::map<std::int64_t, process_io> find_known_io(const std::vector<process_reading>& last,
                                                 const std::vector<process_reading>& now) {
  constexpr int most_generations = 64; // in a window; and pids that were used again make no circle
  std::map<std::int64_t, process_io> result;
  for (const auto& x : last) {
    if (!x.io || *x.io == process_io{} || is_in(x, now))
      continue;
    auto heir = x.parent;
    for (int i = 0; i < most_generations; ++i) {
      const auto* parent = find_process(last, heir);
      if (parent == nullptr || is_in(*parent, now))
        break;
      heir = parent->parent;
    }
    result[heir] = result[heir] + *x.io;
  }
  return result;
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

/// How long a process could do what its counters say; nothing if that is unknown.
std::optional<nanoseconds> interval_of(const process_reading* then, const process_reading& process,
                                       const host_snapshot& last, const host_snapshot& now,
                                       nanoseconds elapsed, nanoseconds tick) {
  if (then != nullptr)
    return std::max(process.at - then->at, nanoseconds{1});
  // Start times are cut to whole ticks. An older one was hidden from us until now: what it did
  // before the window cannot be separated from what it did inside.
  const auto started = times(tick, process.started_ticks);
  if (started + tick <= last.at.total)
    return std::nullopt;
  // One from the future was born by a clock that was set since; all that is known is that it is
  // new.
  if (started >= now.at.total)
    return elapsed;
  return std::clamp(now.at.total - started, nanoseconds{1}, std::max(elapsed, nanoseconds{1}));
}

void add(const task_window& x, task_window& sum) {
  sum.cpu += x.cpu;
  if (sum.pageins && x.pageins)
    *sum.pageins += *x.pageins;
  if (!x.io) // a sum that leaves some out would be a lie
    sum.io.reset();
  else if (sum.io)
    sum.io = *sum.io + *x.io;
}

/// Lists the processes that ran.
/// @returns whether processes can have ended in the window: one is missing, or more were made than are
/// to be seen.
bool compute_tasks(const host_snapshot& last, const host_snapshot& now, const host_facts& facts,
                   inheritance& inherited, sample_window& result) {
  std::uint64_t born = 0;
  std::size_t survivors = 0;
  result.tasks.clear();
  for (const auto& process : now.processes) {
    const auto* then = find_process(last.processes, process.pid);
    if (then != nullptr && then->started_ticks != process.started_ticks)
      then = nullptr;
    if (then != nullptr)
      ++survivors;
    else
      ++born;
    const auto interval = interval_of(then, process, last, now, result.elapsed, facts.tick);
    if (!interval)
      continue;
    const auto task = compute_task(then, process, *interval, facts.tick, inherited);
    // What waits in D or was stopped did nothing, which is the news of it.
    const bool held = process.state == 'D' || process.state == 'T' || process.state == 't';
    if (task.cpu <= nanoseconds::zero() && !held && process.pid != facts.reader)
      continue;
    add(task, result.all_tasks);
    // One that asks a file system its size waits on our account: no other program did that or felt it.
    if (process.state != 'D' || process.name != asker_name)
      result.tasks.push_back(task);
  }
  const auto made =
    last.machine.forks && now.machine.forks ? gained(*last.machine.forks, *now.machine.forks) : 0;
  return survivors < last.processes.size() || made > born;
}

/// What the dead did: the CPU time that the living do not account for, and the I/O that was
/// inherited.
std::optional<task_window> compute_dead(nanoseconds busy, const inheritance& inherited,
                                        const sample_window& window) {
  task_window result;
  result.interval = window.elapsed;
  result.cpu = std::max(busy - window.all_tasks.cpu, nanoseconds::zero());
  if (inherited.rest != process_io{} && inherited.disks) {
    result.io = at_most(inherited.rest, *inherited.disks);
    result.is_io_bounded = *result.io != inherited.rest;
  }
  return result.cpu > nanoseconds::zero() || result.io ? std::optional{result} : std::nullopt;
}

} // namespace

cpu_average average_of(const std::vector<cpu_window>& cpus, std::optional<std::uint32_t> capacity) {
  double idle = 0, down = 0, freq = 0;
  int timed = 0, clocked = 0;
  for (const auto& cpu : cpus) {
    if (capacity && cpu.capacity != *capacity)
      continue;
    if (cpu.idle_ratio) {
      ++timed;
      idle += *cpu.idle_ratio;
      down += cpu.down_ratio.value_or(0);
    }
    if (cpu.freq_hz) {
      ++clocked;
      freq += *cpu.freq_hz;
    }
  }
  cpu_average result;
  if (timed > 0) {
    result.idle_ratio = idle / timed;
    result.down_ratio = down / timed;
  }
  if (clocked > 0)
    result.freq_hz = freq / clocked;
  return result;
}

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
  result.disk = traffic_between(last.machine.disks, now.machine.disks);
  result.network = traffic_between(last.machine.networks, now.machine.networks);
  result.pressure = compute_pressure(last.machine, now.machine, result.awake, policy.heavy_throttling);
  compute_cpus(last.machine, now.machine, result);

  result.all_tasks = {};
  result.all_tasks.interval = result.elapsed;
  result.all_tasks.io = process_io{};
  result.all_tasks.pageins = 0;
  inheritance inherited;
  inherited.known = find_known_io(last.processes, now.processes);
  if (result.disk)
    inherited.disks = process_io{result.disk->in_bytes, result.disk->out_bytes};
  const bool any_ended = compute_tasks(last, now, facts, inherited, result);
  std::sort(result.tasks.begin(), result.tasks.end(), [](const auto& x, const auto& y) {
    return x.cpu != y.cpu ? x.cpu > y.cpu : x.process->pid < y.process->pid;
  });
  if (result.tasks.size() > policy.max_tasks)
    result.tasks.resize(policy.max_tasks);
  result.dead_tasks.reset();
  if (any_ended)
    result.dead_tasks =
      compute_dead(busy_time(last.machine, now.machine, facts.tick), inherited, result);
  if (const auto& dead = result.dead_tasks) {
    result.all_tasks.cpu += dead->cpu;
    if (result.all_tasks.io && dead->io)
      result.all_tasks.io = *result.all_tasks.io + *dead->io;
  }
}

} // namespace pmactor
