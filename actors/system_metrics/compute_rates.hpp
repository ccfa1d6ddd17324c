// Decides what two readings of the machine's counters say about the time between them. Pure. What either
// reading lacks is absent in the sample, and so is what cannot be true: a counter that went back, a
// device that vanished. Nothing is ever negative, and absent is never zero.
#pragma once

#include "actors/host/device_counters.hpp"
#include "messages/sample.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// CPU time of all CPUs together since boot, in any unit that is the same in the next reading.
struct cpu_times {
  std::uint64_t busy = 0, idle = 0;
  friend bool operator==(const cpu_times&, const cpu_times&) = default;
};

/// Microseconds in which some or all tasks waited for a resource, since boot (PSI).
struct stall_times {
  std::optional<std::uint64_t> some, full;
  friend bool operator==(const stall_times&, const stall_times&) = default;
};

/// One reading of everything. What could not be read is absent.
struct system_counters {
  clock_sample at;
  std::optional<cpu_times> cpu;
  std::optional<double> load1;
  std::uint32_t cores = 0; ///< Logical CPUs online; 0 if unknown.
  std::optional<std::uint64_t> switches; ///< From one task to another, of all CPUs since boot.
  std::optional<double> mem_available, mem_total, swap_used; ///< Bytes.
  bool is_memory_contradictory = false; ///< More was said to be available than there is.
  std::optional<std::vector<device_counters>> disks; ///< Whole ones: every byte is counted once.
  std::optional<std::vector<device_counters>> nets;  ///< Those that lead out of the machine.
  stall_times cpu_stall, memory_stall, io_stall;
  std::optional<thermal_pressure> pressure;
  friend bool operator==(const system_counters&, const system_counters&) = default;
};

/// @param before the reading before this one; without one the sample has no rates.
/// @param period of the metronome: the interval of a sample that has no predecessor.
/// @returns the sample of the interval on the awake clock between the two.
system_sample compute_rates(const system_counters* before, const system_counters& now,
                            std::uint64_t tick, std::chrono::nanoseconds period);

/// @returns what the number stands for under which macOS publishes the thermal pressure
/// (OSThermalPressureLevel); nothing if it stands for none.
std::optional<thermal_pressure> thermal_pressure_of(std::uint64_t level);

/// @returns what this machine does not report, as words for an operator; empty if it reports everything.
std::vector<std::string> list_absent(const system_counters& x);

} // namespace pmactor
