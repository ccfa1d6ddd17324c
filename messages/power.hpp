// What one document of a powermetrics stream says, decoded. A field that the document does not hold,
// or holds as nan, is absent; absent is never zero.
#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// powermetrics' `thermal_pressure`, in order of severity. macOS knows these and no others.
enum class thermal_pressure : std::uint8_t { nominal, moderate, heavy, trapping, sleeping };

/// One process that ran during the window.
struct task_sample {
  std::int64_t pid = 0; ///< -1 is powermetrics' DEAD_TASKS, the processes that ended in the window.
  std::string name;     ///< Foreign bytes, valid UTF-8 after decoding; escape before showing.
  std::optional<double> started;   ///< Unix seconds; with the pid it is the identity of the process.
  std::optional<double> cpu_pct;   ///< Of one core: 250 is two and a half cores.
  std::optional<double> mem_bytes; ///< Resident. Only from our own sampler.
  std::optional<double> io_read;   ///< Bytes per second.
  std::optional<double> io_write;  ///< Bytes per second.
  std::optional<double> pageins;   ///< Page-ins (major faults) per second.
  std::optional<char> state;       ///< As /proc/PID/stat: R, S, D, … Only from our own sampler.
  std::string waits_in;            ///< In D: the kernel function it waits in, or empty. Likewise.
  std::string coalition;           ///< The coalition (macOS) or cgroup (Linux) it is billed to, or empty.
  friend bool operator==(const task_sample&, const task_sample&) = default;
};

/// One window of the POWERMETRICS READER's source.
struct power_sample {
  clock_sample arrived;               ///< When the document's last byte was read; zero in a replay.
  std::chrono::nanoseconds elapsed{}; ///< The window's exact length as the producer measured it.
  std::chrono::nanoseconds asleep{};  ///< How much of it the machine slept; the rates are over all of it.
  std::optional<std::int64_t> timestamp; ///< The producer's wall clock, whole Unix seconds.
  std::string hw_model;
  std::optional<double> cpu_pct;      ///< Busy share of all CPUs, 0–100: 1 − idle − down, averaged.
  std::optional<double> cpu_freq_mhz; ///< Mean over the CPUs that report one.
  std::optional<double> cpu_temp_c;   ///< Die temperature, °C.
  std::optional<thermal_pressure> pressure; ///< Absent if the sampler is off or the word is unknown.
  std::optional<bool> throttled;      ///< Pressure above nominal, or PROCHOT; absent if neither is known.
  std::optional<double> gpu_pct;      ///< Busy share of the busiest GPU, 0–100.
  std::optional<double> power_w;      ///< CPU + GPU + ANE, or the package (x86).
  std::optional<double> disk_read, disk_write; ///< Bytes per second, whole machine.
  std::optional<double> net_sent, net_recv;    ///< Bytes per second, whole machine.
  std::vector<task_sample> tasks;     ///< By CPU, busiest first. Without ALL_TASKS.
  std::optional<task_sample> all_tasks;
  friend bool operator==(const power_sample&, const power_sample&) = default;
};

std::string to_string(thermal_pressure x); ///< As powermetrics spells it: "Nominal" …
std::string to_string(const task_sample& x);
std::string to_string(const power_sample& x);

} // namespace pmactor
