// The sampler child of the simulation: one document a second, until the plan lets it end, hang, tear,
// flood, or talk nonsense. It knows whether it gave anybody a reason to end it.
#pragma once

#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/powermetrics_reader/sampler_child.hpp"
#include "simulation/dice.hpp"
#include "simulation/faults.hpp"
#include "simulation/weather.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace pmactor::simulation {

/// What the child sees of the machine.
struct machine_view {
  bool hot = false;
  culprit_truth busy;
  double disk_traffic = 0; ///< Bytes a second, of the process that hogs the disk.
};

class sampler {
public:
  explicit sampler(std::uint64_t seed);
  ~sampler();

  /// @param has_power whether the daemon that starts it lives.
  child_starter starter(std::function<bool()> has_power, std::function<clock_sample()> clocks);

  bool runs() const;
  /// @returns when it writes, or ends, next, on the awake clock. @pre It runs.
  std::chrono::nanoseconds next() const;
  /// Writes, if it is time.
  void wake(const clock_sample& now, const machine_view& sees);
  /// Something befalls it now.
  void suffer(const fault& x, const clock_sample& now);
  /// The daemon did not run from *began* to *now*. It did, or it was frozen (or asleep) as well.
  void pass_freeze(const clock_sample& began, const clock_sample& now, bool frozen_too,
                   const machine_view& sees);

  /// @returns whether it runs and gave no reason to be ended since then, on the awake clock.
  bool is_sound_since(std::chrono::nanoseconds awake) const {
    return runs() && last_trouble_ < awake;
  }
  std::uint64_t documents() const {
    return documents_;
  }

private:
  struct life;
  class child;
  struct process {
    std::int64_t pid = 0;
    std::string name;
    double cpu_ms_per_s = 0, written_per_s = 0; ///< While the machine is awake.
  };

  /// @param awake how much of the window the machine was awake, from 0 to 1.
  std::string list_processes(double awake) const;
  void write_document(const clock_sample& at, const clock_sample& began, const clock_sample& ended,
                      const machine_view& sees);
  void say(const std::string& bytes, const clock_sample& at);
  void end(const child_end& how);
  void start_processes();
  void distrust_until(std::chrono::nanoseconds awake) {
    last_trouble_ = std::max(last_trouble_, awake);
  }

  dice dice_;
  std::vector<process> processes_;
  std::int64_t next_pid_ = 300;
  std::string body_; ///< Of a document, behind the fields that change; its end is left out.
  std::shared_ptr<life> life_; ///< Of the child that runs.
  std::int64_t lives_ = 0;
  std::uint64_t documents_ = 0;
  std::chrono::nanoseconds refused_until_{};
  std::chrono::nanoseconds last_trouble_{}; ///< On the awake clock.
};

} // namespace pmactor::simulation
