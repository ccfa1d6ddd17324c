// The second's sample on its way: measured (SYSTEM METRICS), scored (STRESS SCORER), stored or not
// (SAMPLE POLICY).
#pragma once

#include "messages/lateness.hpp"
#include "messages/power.hpp"
#include "messages/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// The machine's own counters over one tick of the metronome. What could not be read is absent.
struct system_sample {
  std::uint64_t tick = 0; ///< Counts from 1 in each run of the daemon; distinguishes a repeat from a new one.
  clock_sample at;        ///< When the counters were read.
  std::chrono::nanoseconds interval{}; ///< Since the sample before; the period for the first one.
  std::chrono::nanoseconds lived{};    ///< Of the interval, by the lived clock.
  std::optional<double> cpu_pct;       ///< Busy share of all CPUs, 0–100.
  std::optional<double> load1;         ///< 1-minute load average.
  std::uint32_t cores = 0;             ///< Logical CPUs online; 0 if unknown.
  std::optional<double> mem_available, mem_total, swap_used; ///< Bytes.
  std::optional<double> io_read, io_write, net_sent, net_recv; ///< Bytes per second.
  std::optional<double> psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some,
    psi_io_full; ///< Share of the interval in which tasks stalled (PSI totals), 0–100.
  std::optional<thermal_pressure> pressure; ///< macOS publishes it to every user; elsewhere only the sampler has it.
  friend bool operator==(const system_sample&, const system_sample&) = default;
};

/// A process on a stored sample: among the busiest by CPU or I/O, or a suspect by its name.
struct process_sample {
  std::int64_t pid = 0;
  std::optional<double> start_time; ///< Unix seconds.
  std::string name;
  std::optional<double> cpu_pct, mem_bytes, io_read, io_write; ///< As in task_sample.
  std::optional<char> state;
  std::string waits_in; ///< As in task_sample.
  bool is_suspect = false; ///< Its name matches a pattern of `[suspects]`.
  friend bool operator==(const process_sample&, const process_sample&) = default;
};

/// @returns whether both are about one process: a pid alone is used again.
template <class A, class B>
bool is_same_process(const A& a, const B& b) {
  return a.pid == b.pid && a.start_time == b.start_time;
}

/// Stress in points. A part whose input is absent is absent and counts 0.
struct stress_score {
  std::optional<double> load;    ///< 0–40
  std::optional<double> memory;  ///< 0–30
  std::optional<double> thermal; ///< 0 or 20
  std::optional<double> latency; ///< 0–30
  std::optional<double> io;      ///< 0 or 20
  /// The sum of the parts that are there, 100 at most.
  double total() const;
  friend bool operator==(const stress_score&, const stress_score&) = default;
};

/// One second, joined and scored: what is stored as a row of `samples`.
struct scored_sample {
  system_sample system;
  stress_score stress;
  std::optional<double> cpu_temp_c, cpu_freq_mhz, gpu_pct; ///< From the newest power sample.
  std::optional<bool> throttled;
  lateness late; ///< The worst since the sample before.
  std::vector<process_sample> processes; ///< Ranked and bounded, for `process_samples`.
  std::chrono::nanoseconds processes_seen{}; ///< When they were reported, on the awake clock.
  std::chrono::nanoseconds processes_window{}; ///< Over what time before that, on the same clock, they were watched.
  friend bool operator==(const scored_sample&, const scored_sample&) = default;
};

/// @returns about how many bytes of memory it takes.
std::size_t footprint(const scored_sample& x);
/// Drops the least informative part of a second: its processes. @returns whether there were any.
bool shed_details(scored_sample& x);

std::string to_string(const system_sample& x);
std::string to_string(const process_sample& x);
std::string to_string(const stress_score& x);
std::string to_string(const scored_sample& x);

} // namespace pmactor
