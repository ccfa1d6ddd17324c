// Decides what happened between two readings of the machine: which processes ran and how much, what the
// disks, networks and CPUs did, and how much of it was done by processes that are gone. Pure: the readings
// carry their time. Counters are hostile too: one that goes back makes its difference absent, or nothing
// where the kernel is known to let it slip.
#pragma once

#include "actors/host/device_counters.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_process.hpp"
#include "messages/power.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What does not change while the machine is up.
struct host_facts {
  std::string hw_model;   ///< As the firmware reports it; empty if it does not.
  std::string os_version; ///< The kernel's release.
  std::chrono::nanoseconds tick = std::chrono::milliseconds{10}; ///< Unit of the CPU time in stat.
  std::uint64_t page_bytes = 4096;
  std::int64_t reader =
    0; ///< The process that reads the stream: its state is always reported.
};

/// The cgroup a process is billed to.
struct cgroup_place {
  std::string path;        ///< From the root of the tree, `/system.slice/cron.service`. Foreign bytes.
  std::uint64_t inode = 0; ///< Of its directory; 0 if that cannot be seen from here.
};

/// One process at one moment.
struct process_reading {
  std::int64_t pid = 0;
  std::uint64_t started_ticks = 0; ///< With the pid the identity of a process.
  std::chrono::nanoseconds at{}; ///< The total clock when it was last asked: a sleeper is not each time.
  std::string name;                ///< Raw bytes.
  char state = '?';
  std::string waits_in; ///< The kernel function a process in D waits in; empty if pending.
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::optional<std::uint64_t> run_ns; ///< Exact CPU time, while it has one thread only.
  std::uint64_t major_faults = 0;
  std::optional<std::uint64_t> resident_pages; ///< Absent for what has no memory of its own.
  std::int64_t parent = 0;
  std::uint64_t reaped_faults = 0; ///< Grows whenever it reaps a child.
  std::optional<process_io> io; ///< With all that its reaped children ever did. Absent if refused.
  std::optional<process_io> own_io; ///< Without. Known of one that has had one thread only.
  std::shared_ptr<const cgroup_place> cgroup;  ///< Empty until it ran for the first time.
};

/// One CPU's time, as a line of /proc/stat, and what is known of the CPU itself.
struct cpu_reading : cpu_ticks {
  std::uint32_t cpu = 0;
  std::optional<double> freq_hz;
  std::uint32_t capacity = 0; ///< Relative strength where the kernel reports it; else 0.
};

/// How often and how long the CPUs were slowed down by heat: the worst of them.
struct throttle_reading {
  std::uint64_t count = 0;
  std::optional<std::uint64_t> total_ms; ///< Recent kernels only.
};

/// The machine at one moment, apart from its processes. What has no source is absent.
struct machine_reading {
  std::vector<cpu_reading> cpus;          ///< Those online, by number. Empty if unknown.
  std::optional<std::uint64_t> forks;     ///< Processes and threads ever made.
  std::optional<std::uint64_t> blocked;   ///< Tasks that wait for a disk now.
  std::optional<std::int64_t> boot_time;  ///< Unix seconds.
  std::optional<std::vector<device_counters>> disks, networks; ///< Those that count.
  std::vector<throttle_reading> throttles; ///< One a core and one a package, always in the same order.
  std::optional<double> cpu_die_c;         ///< The hottest package, °C.
  std::optional<double> gpu_busy;          ///< The busiest GPU, 0–1.
};

/// Everything read back to back.
struct host_snapshot {
  clock_sample at;
  machine_reading machine;
  std::vector<process_reading> processes; ///< By pid, ascending.
};

/// One process in the window. The sums DEAD_TASKS and ALL_TASKS have no reading.
struct task_window {
  const process_reading* process = nullptr; ///< Borrowed from the later snapshot.
  /// The time its counters are for: the window, the part of it in which it existed, or, for one that
  /// slept so long that it was not asked each time, since it was last seen asleep.
  std::chrono::nanoseconds interval{};
  std::chrono::nanoseconds cpu{};           ///< CPU time of all its threads.
  std::optional<double> user_ratio;         ///< The share of *cpu* outside the kernel.
  std::optional<process_io> io;             ///< Bytes in the window, its own.
  /// *io* holds what children did that ended, which cannot be separated from its own: it is cut to what
  /// the machine's disks moved.
  bool is_io_bounded = false;
  std::optional<std::uint64_t> pageins;     ///< Major faults in the window.
};

struct cpu_window {
  std::uint32_t cpu = 0;
  std::uint32_t capacity = 0;
  std::optional<double> idle_ratio; ///< Absent if the window was shorter than the CPU's clock.
  std::optional<double> down_ratio; ///< Taken by the hypervisor: neither idle nor ours.
  std::optional<double> freq_hz;
};

/// Of several CPUs, each value averaged over those that have it.
struct cpu_average {
  std::optional<double> idle_ratio, down_ratio; ///< Both or none; a CPU without *down_ratio* counts as 0.
  std::optional<double> freq_hz;
};

/// @param capacity of those that count; all do without it.
cpu_average average_of(const std::vector<cpu_window>& cpus,
                       std::optional<std::uint32_t> capacity = std::nullopt);

/// What lies between two snapshots.
struct sample_window {
  clock_sample at;                    ///< Its end.
  std::chrono::nanoseconds elapsed{}; ///< With the time asleep.
  std::chrono::nanoseconds awake{};   ///< Without it.
  std::optional<std::int64_t> boot_time;
  std::vector<task_window> tasks; ///< Ran, or are in uninterruptible sleep (D). Busiest first.
  std::optional<task_window> dead_tasks;
  task_window all_tasks;
  std::vector<cpu_window> cpus;
  std::optional<device_traffic> disk, network;
  std::optional<thermal_pressure> pressure;
  std::optional<double> cpu_die_c;
  std::optional<double> gpu_busy;
};

/// CPU time that went to processes between two readings; interrupts belong to none.
std::chrono::nanoseconds busy_time(const machine_reading& last, const machine_reading& now,
                                   std::chrono::nanoseconds tick);

struct window_policy {
  /// Bounds a document in a fork storm; the busiest stay. Sums still count all.
  std::size_t max_tasks = 1000;
  /// Throttled for more than this share of the window is `Heavy`, at all `Moderate`.
  double heavy_throttling = 0.2;
};

/// Fills *result*, whose buffers are used again. It borrows from *now*.
/// @pre Neither clock goes back from *last* to *now*.
void compute_window(const host_snapshot& last, const host_snapshot& now, const host_facts& facts,
                    const window_policy& policy, sample_window& result);

} // namespace pmactor
