// Decides of each CPU whether each of its switches is recorded, or only looked at now and then who is on it (samples).
// A record of a switch takes about 0.4 µs: from some 10,000 a second on a load would feel it, and a ring would hold little
// more than its last second. With hysteresis, so that a load near the limit does not have it go to and fro. Pure.
//
// What a sample takes does not depend on the load but on what a timer takes: 2 µs on a CPU of its own, and in a virtual
// machine whose timers leave the guest some 40: 1,000 samples a second took 4 % there, 100 of them less than 0.5 %.
#pragma once

#include "messages/switch_rate.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

namespace pmactor {

/// Not a round number, so that it does not keep pace with what runs a hundred times a second.
constexpr unsigned samples_a_second = 99;
constexpr std::chrono::nanoseconds sample_period = std::chrono::nanoseconds{std::chrono::seconds{1}} / samples_a_second;

/// Switches a second of one CPU, from which on only samples are taken; each is recorded again below the second.
constexpr double most_recorded = 2 * much_switching, least_sampled = much_switching;
/// For so long a CPU must have switched less before each of its switches is recorded again.
constexpr std::chrono::nanoseconds calm_for = std::chrono::seconds{5};
/// After so long each is recorded again in any case, for the second that it takes to count them: how much a CPU switches
/// while it is sampled is an estimate.
constexpr std::chrono::nanoseconds try_after = std::chrono::seconds{60};

/// How one CPU is recorded.
struct cpu_recording {
  bool is_sampled = false;
  std::chrono::nanoseconds since{};                   ///< When that began,
  std::optional<std::chrono::nanoseconds> calm_since; ///< and from when on it has seemed to switch less, while sampled.
  friend bool operator==(const cpu_recording&, const cpu_recording&) = default;
};

/// How much was ever written into the ring of a CPU.
struct ring_reading {
  std::uint64_t written = 0; ///< Bytes.
  std::chrono::nanoseconds at{};
};

/// @returns the switches a second between two readings of a ring that records each; nothing if they are too close to each
/// other or too far apart, or the ring is another one.
std::optional<double> switches_between(const std::optional<ring_reading>& before, const ring_reading& now);

/// @param cpus by number; what they are to do from now on is written into it.
/// @param recorded the switches a second of those of which each is recorded, where that is known.
/// @param all the switches a second of the machine: those that are not recorded are taken to be shared by the CPUs that
/// are sampled.
void choose_recording(std::map<std::uint32_t, cpu_recording>& cpus, const std::map<std::uint32_t, double>& recorded,
                      const switch_rate& all, std::chrono::nanoseconds now);

} // namespace pmactor
