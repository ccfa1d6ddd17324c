// One simulation: a world, a daemon in it, a plan of what befalls both, and an oracle that watches. One
// seed decides everything; the digest of two runs of one seed is the same to the last bit.
#pragma once

#include "simulation/faults.hpp"
#include "simulation/oracle_reach.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pmactor::simulation {

struct simulation_options {
  std::uint64_t seed = 1;
  std::chrono::nanoseconds length = std::chrono::hours{1};
  std::optional<plan> faults; ///< In place of those of the seed.
  std::string bug;            ///< The planted one; empty for none.
  bool file = false;          ///< Have the production's database do all that the simulated one does.
  bool trace = false;         ///< Write all that happens to standard error.
};

struct simulation_outcome {
  std::string broken; ///< The invariant; empty if all held.
  std::string what;
  std::chrono::nanoseconds at{}; ///< When it broke, since the start.
  std::uint64_t digest = 0;      ///< Of all that happened.
  struct counts {
    std::chrono::nanoseconds simulated{};
    std::uint64_t faults = 0, messages = 0, checks = 0, runs = 0, rows = 0, pauses = 0, sleeps = 0,
                  explained = 0, episodes = 0, restarts = 0, files = 0;
    oracle_reach held;
    void add(const counts& x);
  } count;
};

/// @returns whether this seed is one of those with a file: one in eight, unless it is long.
bool has_file(std::uint64_t seed, std::chrono::nanoseconds length);

/// Not to be called by two threads at a time: the log has one sink.
simulation_outcome simulate(const simulation_options& options);

} // namespace pmactor::simulation
