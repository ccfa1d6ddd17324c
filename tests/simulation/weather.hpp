// The weather of the simulated machine: load, memory, disk traffic and heat, calm but for what the plan
// brings. It fills in what the daemon's counters read, and knows the truth about it.
#pragma once

#include "actors/system_metrics/compute_rates.hpp"
#include "simulation/dice.hpp"
#include "simulation/faults.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace pmactor::simulation {

/// Which process hogs the machine at the moment, if one does.
struct culprit_truth {
  bool cpu = false, disk = false;
};
inline constexpr std::string_view hog_of_cpu = "hog-of-cpu", hog_of_disk = "hog-of-disk";

class weather {
public:
  explicit weather(std::uint64_t seed);

  /// A peak of load, memory, I/O or heat begins now.
  void begin(const fault& peak, std::chrono::nanoseconds awake);
  /// Fills in all but the clocks. @pre *awake* never goes back.
  void fill(system_counters& x, std::chrono::nanoseconds awake);

  bool is_hot(std::chrono::nanoseconds awake) const;
  /// A peak of load or of disk traffic is the work of one process.
  culprit_truth busy(std::chrono::nanoseconds awake) const;
  bool is_crisis(std::chrono::nanoseconds awake) const;
  /// @returns whether nothing but latency could have earned a point of stress since then.
  bool was_calm_since(std::chrono::nanoseconds awake) const;
  /// Of the running peak of I/O, if one runs: since when, and how many bytes a second.
  std::optional<std::chrono::nanoseconds> io_peak_began(std::chrono::nanoseconds awake) const;
  double io_peak() const {
    return io_.amount;
  }
  std::uint32_t cores() const {
    return cores_;
  }

private:
  struct peak {
    std::chrono::nanoseconds began{-1}, until{-1};
    double amount = 0;
    bool runs(std::chrono::nanoseconds awake) const {
      return awake >= began && awake < until;
    }
  };

  /// Counts what the peak of I/O has moved up to now.
  void move_bytes(std::chrono::nanoseconds awake);

  dice dice_;
  std::uint32_t cores_;
  double memory_ = 16e9;
  bool tells_pressure_;
  bool tells_disks_;
  peak load_, short_of_memory_, io_, heat_;
  std::chrono::nanoseconds last_calm_break_{}; ///< When the last peak ended, or will.
  std::chrono::nanoseconds last_{}, moved_until_{};
  double read_ = 0, written_ = 0, received_ = 0, sent_ = 0, busy_ = 0, idle_ = 0;
  double io_stalled_ = 0, memory_stalled_ = 0, cpu_stalled_ = 0; ///< Microseconds.
  double usual_io_;
};

} // namespace pmactor::simulation
