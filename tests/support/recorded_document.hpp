// A document of a real powermetrics stream as its file has it, for recorded_values.hpp and recorded_m1_pro.hpp:
// the numbers are copied out of the files by another reader (Python's plistlib), and the arithmetic is written
// out. None of it was ever computed by our decoder.
//
// Intel: a core rests in its c_state_ratio, the GPU in that of GPU[]; the frequency is the processor's.
// Apple Silicon: a CPU rests in its own idle_ratio and down_ratio, never its cluster's; the frequency is the
// mean of the CPUs that are up; the power that of CPU, GPU and neural engine, in mW. Rates are per second,
// and cputime_ms_per_s / 10 is a percentage; it goes by the task's own interval_ns, not by the sample's.
#pragma once

#include "messages/power.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "support/powermetrics_stream.hpp"

namespace pmactor {

/// What a CPU did not work: it was idle, or without power, of which older machines do not speak.
struct cpu_rest {
  double idle = 0, down = 0;
};

inline double mean(std::initializer_list<double> values) {
  double sum = 0;
  for (const auto x : values)
    sum += x;
  return sum / static_cast<double>(values.size());
}

/// @returns the mean of 1 − idle, in percent.
inline double busy(std::initializer_list<double> idle) {
  return 100 * (1 - mean(idle));
}

/// @returns the mean of 1 − idle − down, in percent.
inline double busy(std::initializer_list<cpu_rest> rests) {
  double sum = 0;
  for (const auto& x : rests)
    sum += 1 - x.idle - x.down;
  return 100 * sum / static_cast<double>(rests.size());
}

/// A sum over the tasks that report it: the dead report less, and OS X 10.9 as well.
struct task_sum {
  std::size_t count = 0;
  double sum = 0;
};

struct recorded_tasks {
  std::size_t count = 0;
  std::int64_t pids = 0;
  std::size_t name_bytes = 0, coalition_bytes = 0;
  task_sum cpu_pct, io_read, io_write, pageins;
  task_sum started; ///< kern_boottime as often as there are tasks that live, and their started_abstime_ns.
};

struct recorded_task {
  std::int64_t pid = 0;
  const char* name = "";
  const char* coalition = "";
  std::optional<double> cpu_pct, io_read, io_write, pageins, started;
};

/// Those fields are absent which are not named.
struct recorded_document {
  const char* recording = nullptr;
  std::size_t documents = 0; ///< In all of the recording.
  std::size_t index = 0;     ///< Of this one.
  std::chrono::nanoseconds elapsed{};
  std::int64_t timestamp = 0;
  const char* model = "";
  std::optional<double> cpu_pct, cpu_freq_mhz, power_w, gpu_pct;
  std::optional<double> disk_read, disk_write, net_sent, net_recv;
  std::optional<thermal_pressure> pressure;
  std::optional<bool> throttled;
  std::optional<double> all_tasks_pct;
  recorded_tasks tasks;
  recorded_task busiest; ///< If there are tasks.
};

} // namespace pmactor
