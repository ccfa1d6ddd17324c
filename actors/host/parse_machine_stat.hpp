// Reads /proc/stat and /proc/loadavg: where the time of the CPUs went, and a few counts of the
// whole machine. Allocates nothing; what is cut, damaged or not there is absent.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace pmactor {

/// Time in ticks of 1/sysconf(_SC_CLK_TCK) s since boot. Time of guests is in *user* and *nice* already.
struct cpu_ticks {
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0;
  std::uint64_t steal = 0; ///< Time in which the hypervisor ran something else.

  std::uint64_t unused() const {
    return idle + iowait;
  }
  std::uint64_t busy() const {
    return user + nice + system + irq + softirq + steal;
  }
  friend bool operator==(const cpu_ticks&, const cpu_ticks&) = default;
};

struct machine_stat {
  std::optional<cpu_ticks> all;          ///< Of all CPUs together.
  std::optional<std::uint32_t> cpus;     ///< Online. Absent where the text may end among their lines.
  std::optional<std::int64_t> boot_time; ///< Seconds since 1970.
  std::optional<std::uint64_t> forks;    ///< Since boot.
  std::optional<std::uint64_t> switches; ///< From one task to another, of all CPUs since boot.
  std::optional<std::uint64_t> blocked;  ///< Tasks that wait for a device now.
};

/// @param each_cpu called with each CPU's number and times, in order; a damaged line is left out. Without
/// it those lines are only counted, which costs less.
machine_stat parse_machine_stat(std::string_view text,
                                const std::function<void(std::uint32_t, const cpu_ticks&)>& each_cpu = {});

struct load_average {
  std::optional<double>
    minute; ///< Tasks that ran, wanted to or waited for a device, over a minute or so.
  std::optional<std::uint64_t> runnable; ///< Tasks that run or want to, now.
};

/// @param text that of /proc/loadavg.
load_average parse_load_average(std::string_view text);

} // namespace pmactor
