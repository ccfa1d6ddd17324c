#include "actors/system_metrics/compute_rates.hpp"

#include <algorithm>

namespace pmactor {
namespace {

std::optional<double> busy_share(const std::optional<cpu_times>& before,
                                 const std::optional<cpu_times>& now) {
  if (!before || !now || now->busy < before->busy || now->idle < before->idle)
    return std::nullopt;
  const auto busy = static_cast<double>(now->busy - before->busy);
  const auto idle = static_cast<double>(now->idle - before->idle);
  if (busy + idle == 0)
    return std::nullopt;
  return 100 * busy / (busy + idle);
}

/// The kernel brings its totals up to date lazily: an interval may seem to hold more than its own length.
std::optional<double> stalled_share(const std::optional<std::uint64_t>& before,
                                    const std::optional<std::uint64_t>& now, double seconds) {
  if (!before || !now || *now < *before)
    return std::nullopt;
  return std::min(100.0, static_cast<double>(*now - *before) / 1e6 / seconds * 100);
}

} // namespace

system_sample compute_rates(const system_counters* before, const system_counters& now,
                            std::uint64_t tick, std::chrono::nanoseconds period) {
  system_sample result;
  result.tick = tick;
  result.at = now.at;
  result.interval = period;
  result.load1 = now.load1;
  result.cores = now.cores;
  result.mem_available = now.mem_available;
  result.mem_total = now.mem_total;
  result.swap_used = now.swap_used;
  result.pressure = now.pressure;
  if (before == nullptr || now.at.awake <= before->at.awake)
    return result;
  result.interval = now.at.awake - before->at.awake;
  const auto seconds = to_seconds(result.interval);
  result.cpu_pct = busy_share(before->cpu, now.cpu);
  const auto rate = [seconds](std::uint64_t bytes) { return static_cast<double>(bytes) / seconds; };
  if (const auto disks = traffic_between(before->disks, now.disks)) {
    result.io_read = rate(disks->in_bytes);
    result.io_write = rate(disks->out_bytes);
  }
  if (const auto nets = traffic_between(before->nets, now.nets)) {
    result.net_recv = rate(nets->in_bytes);
    result.net_sent = rate(nets->out_bytes);
  }
  auto share = [&](const auto& old, const auto& fresh) { return stalled_share(old, fresh, seconds); };
  result.psi_cpu_some = share(before->cpu_stall.some, now.cpu_stall.some);
  result.psi_mem_some = share(before->memory_stall.some, now.memory_stall.some);
  result.psi_mem_full = share(before->memory_stall.full, now.memory_stall.full);
  result.psi_io_some = share(before->io_stall.some, now.io_stall.some);
  result.psi_io_full = share(before->io_stall.full, now.io_stall.full);
  return result;
}

std::optional<thermal_pressure> thermal_pressure_of(std::uint64_t level) {
  if (level > static_cast<std::uint64_t>(thermal_pressure::sleeping))
    return std::nullopt;
  return static_cast<thermal_pressure>(level);
}

std::vector<std::string> list_absent(const system_counters& x) {
  std::vector<std::string> result;
  auto note = [&](bool is_there, const char* what) {
    if (!is_there)
      result.emplace_back(what);
  };
  note(x.cpu.has_value(), "CPU time");
  note(x.load1.has_value(), "load average");
  note(x.cores > 0, "number of CPUs");
  note(x.mem_total.has_value(), "memory size");
  note(x.mem_available.has_value(), x.is_memory_contradictory
                                      ? "available memory (said to be more than there is)"
                                      : "available memory");
  note(x.swap_used.has_value(), "swap");
  note(x.disks.has_value(), "disks");
  note(x.nets.has_value(), "network");
  note(x.cpu_stall.some.has_value(), "CPU pressure");
  note(x.memory_stall.some.has_value(), "memory pressure");
  note(x.io_stall.some.has_value(), "I/O pressure");
  return result;
}

} // namespace pmactor
