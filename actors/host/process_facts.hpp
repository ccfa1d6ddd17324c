// The identity of a process, so that a reused pid is never taken for it, and its state right now. For
// `pmactor inspect` and for the code that keeps a PID file.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A pid alone is given to another process sooner or later. The three together never come back.
struct process_identity {
  std::int64_t pid = 0;
  std::uint64_t start =
    0; ///< The kernel's start time: ticks since boot (Linux), µs since 1970 (macOS).
  std::string boot_id; ///< Of the boot it was started in; empty if unknown.
  friend bool operator==(const process_identity&, const process_identity&) = default;
};

/// One thread of a process.
struct thread_facts {
  std::int64_t id = 0; ///< As own_thread_id() returns it.
  char state = '?';    ///< As in process_facts.
  std::string
    waits_in; ///< The kernel's function in which it sleeps; empty if it runs or is unknown.
};

/// A process as the kernel sees it. What the kernel does not show us is absent.
struct process_facts {
  std::uint64_t start = 0;
  char state =
    '?'; ///< R runs, S sleeps, D waits for a device, T stopped, t traced, Z dead, as ps has it.
  bool frozen = false;               ///< Its cgroup is frozen: `docker pause`, `systemctl freeze`.
  std::chrono::nanoseconds cpu{};    ///< User and system time since it was started.
  std::chrono::nanoseconds reaped_cpu{}; ///< The same of the children that it waited for, as far as that is known.
  std::optional<double> memory;      ///< Bytes: resident (Linux), its footprint (macOS).
  std::optional<double> shared;      ///< Of them those that are of files and may be other processes' as well.
  std::vector<thread_facts> threads; ///< The first 64.
};

/// Never waits, even for a process that is stuck in the kernel.
/// @returns the facts; nullopt if there is no such process. To be compared with a known start: the
/// pid may be another's by now.
std::optional<process_facts> facts_of(std::int64_t pid);

/// @returns the identity of this process.
/// @throws std::runtime_error if the kernel does not show it, e.g. without /proc.
process_identity own_identity();

/// @returns the identity of the process that has this pid now; nullopt as facts_of, and for a zombie.
std::optional<process_identity> identity_of(std::int64_t pid);

/// @returns an id that changes with each boot; empty if the kernel does not show it.
std::string current_boot_id();

/// @returns the kernel's id of the calling thread; asks once a thread, so not for use across a
/// fork().
std::int64_t own_thread_id();

/// @returns the host's clocks, now.
clock_sample read_clocks();

} // namespace pmactor
