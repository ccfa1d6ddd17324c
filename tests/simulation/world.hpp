// The simulated world: four clocks, and behind the daemon's seams the machine's counters, the sampler
// child and the disk. All of it follows from one seed.
#pragma once

#include "simulation/beats.hpp"
#include "simulation/disk.hpp"
#include "simulation/sampler.hpp"
#include "simulation/weather.hpp"
#include "simulation/witnesses.hpp"

#include <chrono>

namespace pmactor::simulation {

struct world {
  world(std::uint64_t seed, disk_watcher& watcher)
    : sky{seed}, counters{seed}, beat{counters, seed}, child{seed}, storage{watcher} {
    dice d{seed, 6};
    actors_count_sleep = dice{seed, 70}.one_in(3);
    awake = std::chrono::seconds{100} + std::chrono::nanoseconds{static_cast<std::int64_t>(d.below(1u << 30))};
    actors = awake + std::chrono::seconds{17};
    total = awake + std::chrono::seconds{d.below(100'000)};
    wall = std::chrono::seconds{1'700'000'000} + std::chrono::nanoseconds{static_cast<std::int64_t>(d.next() >> 4)};
  }

  /// What the sampler child sees.
  machine_view view() const {
    return {sky.is_hot(awake), sky.busy(awake), sky.io_peak()};
  }
  clock_sample clocks() const {
    return {awake, total, wall};
  }
  /// Time passes for all clocks.
  void pass(std::chrono::nanoseconds x) {
    awake += x;
    actors += x;
    total += x;
    wall += x;
  }
  /// The machine is suspended.
  void suspend(std::chrono::nanoseconds x) {
    if (actors_count_sleep)
      actors += x;
    total += x;
    wall += x;
  }

  std::chrono::nanoseconds awake{}, total{}, wall{};
  std::chrono::nanoseconds actors{}; ///< The clock of the actors and their timers,
  bool actors_count_sleep = false;   ///< which goes on in a sleep on macOS and does not on Linux.
  weather sky;
  host_counters counters;
  beats beat;
  sampler child;
  disk storage;
  witnesses witness;
  bool blind = false; ///< The counters cannot be read.
};

} // namespace pmactor::simulation
