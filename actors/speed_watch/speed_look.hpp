// How fast the CPUs run and what may limit them, for the SPEED WATCH. Tests put a stand-in in the
// place of what reads it.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Of one CPU since the look before. Frequencies are in megahertz.
struct cpu_speed {
  std::uint32_t cpu = 0;
  double busy = 0; ///< Share of the time, 0–1.
  std::optional<double>
    mhz; ///< Now. Read of busy CPUs only: an idle one has none that would matter.
  std::optional<double> most; ///< What the hardware is capable of.
  friend bool operator==(const cpu_speed&, const cpu_speed&) = default;
};

struct speed_look {
  clock_sample at;
  std::vector<cpu_speed> cpus;
  double stolen = 0; ///< Share of the time of all CPUs that the hypervisor took, 0–1.
  double busy =
    0; ///< Share of the time of all CPUs that was wanted: what ran, and what was stolen.
};

/// What may keep CPUs from running as fast as they can. What is not known is absent.
struct limiter_signs {
  clock_sample at;
  std::optional<std::uint64_t> thermal_throttles,
    power_throttles;   ///< Counted since boot, of all CPUs.
  std::string cooling; ///< A cooling device of the CPUs that is at work, e.g. "Processor at 3 of
                       ///< 10"; or empty.
  std::string
    hot_zone; ///< A thermal zone above its passive trip point, "x86_pkg_temp at 98 °C"; or empty.
  std::optional<double> package_joules; ///< Energy since some moment.
  std::optional<double> package_limit;  ///< Watts, for long.
  std::optional<double> max_perf_pct;   ///< Of intel_pstate.
  std::optional<bool> no_turbo;         ///< Also where boost is off.
  std::optional<double> policy_most, bios_most,
    base; ///< Megahertz: what is asked for at most, and without turbo.
  std::string governor, preference,
    profile; ///< "powersave", "balance_power", "low-power"; or empty.
  bool sets_own_speed =
    false; ///< The hardware chooses its frequency itself, whatever the governor is called.
};

class speed_reader {
public:
  speed_reader() = default;
  speed_reader(const speed_reader&) = delete;
  speed_reader& operator=(const speed_reader&) = delete;
  virtual ~speed_reader() = default;

  /// @returns what passed since the call before; without CPUs at the first one.
  virtual speed_look read() = 0;
  /// Costs some milliseconds.
  virtual limiter_signs read_signs() = 0;
};

/// What the SPEED WATCH asks of the host.
struct speed_watch_host {
  /// May be empty, and may return null: then it is known from the samples alone.
  std::function<std::unique_ptr<speed_reader>()> open;
};

speed_watch_host host_speed();

} // namespace pmactor
