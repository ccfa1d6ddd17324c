// The plan of one simulation: what befalls the machine and the daemon, and when. It follows from the seed
// alone, and can be cut down afterwards: a fault that is left out changes no other.
#pragma once

#include "messages/pause.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor::simulation {

enum class fault_kind : std::uint8_t {
  // ---- the host
  freeze,      ///< Nothing of the daemon runs for `length`; `cause` says why.
  sleep,       ///< The machine is suspended for `length`, and frozen for `amount` seconds around it.
  dark_wake,   ///< As many short sleeps as `detail`, with a second or two awake between them.
  clock_step,  ///< The wall clock is set by `amount` seconds.
  vm_restore,  ///< No clock counts for `length`; then the wall clock is set right.
  late_beat,   ///< One beat is late by `length`, which is no pause.
  pool_stall,  ///< The actors do not run for `length`, while the beat and the child do.
  // ---- the weather
  load, memory, io, thermal, ///< For `length`; `amount` says how much, in the resource's own unit.
  crisis,      ///< Load and memory at once, for `length`: critical stress.
  // ---- the sampler child
  child_exit,   ///< It ends.
  child_hang,   ///< It writes nothing for `length`.
  child_torn,   ///< It ends in the middle of a document.
  child_garbage, ///< It writes `detail` documents that are none.
  child_huge,   ///< It writes `detail` kilobytes that never become a document.
  child_flood,  ///< It writes `detail` documents at once.
  child_noise,  ///< It writes `detail` lines to its standard error.
  child_late,   ///< Its next document is late by `length`.
  child_reuses, ///< All of its processes end, and others get their numbers.
  child_refuses, ///< It cannot be started for `length`.
  // ---- the disk
  disk_busy, disk_full, disk_io, disk_denied, disk_odd, ///< For `length`.
  disk_slow,    ///< Each commit takes `amount` seconds, for `length`.
  disk_corrupt, ///< The file is damaged, until it is set aside.
  // ---- the daemon
  crash,        ///< The actor number `detail` fails at its next message but a few.
  crash_storm,  ///< As many crashes of any actors as `detail`, spread over `length`.
  blind,        ///< Reading the counters fails for `length`.
  stop,         ///< SIGTERM; it is started again after `length`.
  kill,         ///< SIGKILL; it is started again after `length`.
  // ---- drawn apart from those above, so that their part of a plan is the same without these
  reload,       ///< SIGHUP; the settings have changed.
  actor_hangs,  ///< The next handler of the actor number `detail` takes `length`.
  sink_fails,   ///< What carries messages to people fails in some way for `length`.
  send_fails,   ///< The actor number `detail` dies in a handler, halfway, as it sends one of its next messages.
  store_fails,  ///< The STORAGE WRITER dies as it stores next: just before, or just after.
  stall,        ///< Something, by `detail`, does not answer for `length`; the child knows since when to `amount` seconds.
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(fault_kind::stall) + 1;

struct fault {
  std::size_t number = 0; ///< Names it among those of its plan.
  fault_kind kind = fault_kind::freeze;
  std::chrono::nanoseconds at{}; ///< Since the start, on the total clock.
  std::chrono::nanoseconds length{};
  double amount = 0;
  std::uint32_t detail = 0;
  pause_cause cause = pause_cause::unexplained; ///< Of a freeze, and of what is frozen around a sleep.
  bool whole_system = false;                    ///< Of a freeze: the sampler child is frozen as well.
};

using plan = std::vector<fault>; ///< In the order of time.

/// @returns the plan of this seed for so long a time.
plan make_plan(std::uint64_t seed, std::chrono::nanoseconds length);

/// @returns what is left of a plan without these kinds.
plan without(plan x, const std::vector<fault_kind>& kinds);

std::string_view to_string(fault_kind x);
/// @param names with commas between them, as to_string() has them. @throws std::invalid_argument
std::vector<fault_kind> parse_fault_kinds(const std::string& names);
/// @returns one line for a person: "#17  00:12:03.250  freeze 2.41 s (cpu_wait, whole system)".
std::string to_string(const fault& x);

} // namespace pmactor::simulation
