// Decides which processes are suspected of an event: those that took much of what it was short of, by
// the last sample before it and the first whose window reaches into it. What else they did is said
// behind that and weighs nothing; what a process is called accuses none. To be busy is no harm: of a
// CPU counts what was used beyond the usual while the event was on; traffic is none where the disks
// stood still; and what is known only as a sum of many is none unless it happened meanwhile.
#pragma once

#include "actors/flight_recorder/culprit_policy.hpp"
#include "actors/flight_recorder/find_rise.hpp"
#include "actors/flight_recorder/track_shortage.hpp"
#include "messages/pause.hpp"

#include <optional>
#include <vector>

namespace pmactor {

/// What was seen around an event.
struct event_view {
  const scored_sample* before = nullptr; ///< The last that was taken before it; nullptr if there is none.
  /// The first whose processes were watched during it; nullptr if there is none (yet).
  const scored_sample* across = nullptr;
  /// What all disks moved during it, in bytes per second; absent if that is not known (yet).
  std::optional<double> disk_rate;
  /// The one whose processes were watched as a stall began, where it is neither of the two: what was written then waits
  /// in memory, and holds up others for long after. Of critical stress that the disks brought about, for the same reason,
  /// the one before it in which processes moved most.
  const scored_sample* at_begin = nullptr;
  /// Of critical stress: which of its parts rose last; absent if that is not known.
  std::optional<stress_part> rose{};
  /// The shortage of memory in which one of its cause happened; nullptr if there was none, or that is not known.
  const memory_shortage* shortage = nullptr;
};

/// @returns the likeliest first, none twice; processes of one name are one, with the sum of what each did that did
/// enough to be suspected, and have a pid of 0 together, as those that have ended since. None if no process did what
/// led to such an event, or
/// none of this machine can have: a sleep, a stop by a signal, a debugger, the own quota, a device,
/// the hypervisor, a file system that is frozen or whose server does not answer. Of critical stress
/// only those are named that did what rose.
std::vector<culprit> rank_culprits_by_usage(const pause_event& event, const event_view& seen,
                                            const culprit_policy& policy);

/// @returns whether no process of this machine brings such an event about by what it uses.
bool is_beyond_processes(const pause_event& event);

/// How much of a CPU a process used while the event was on, in percent of one. @pre it was watched during the event.
double cpu_meanwhile(const process_sample& x, const event_view& seen, const pause_event& event);
/// @returns the bytes of memory that it gained since memory was ample or, where no shortage is known, since the sample
/// before the event; 0 if it did not, or that is not known.
double memory_gained(const process_sample& x, const event_view& seen);
/// @returns the processes of a shortage of memory as a sample has them.
std::vector<process_sample> holders_as_processes(const memory_shortage& shortage);

} // namespace pmactor
