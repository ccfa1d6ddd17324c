// Decides what the record of the switches says of an event: which of its time others are charged with, and what is kept
// of the timeline. Pure.
#pragma once

#include "actors/switch_recorder/charge_waits.hpp"
#include "messages/pause.hpp"

namespace pmactor {

/// @returns from when on the record of such an event is looked at, on the awake clock: a little before its begin, so that
/// a timeline shows what led to it.
std::chrono::nanoseconds record_since(const pause_event& event);

/// What is charged for a pause, whatever its cause is said to be.
struct pause_charges {
  charge_book charged;               ///< With the time in which the beat waited for a CPU.
  std::string resource = "the CPUs"; ///< Or the only one that it waited for.
};

/// @returns nothing if the log says nothing of that time.
std::optional<pause_charges> charge_pause(const pause_event& event, const switch_log& log);

/// @returns the blame by what the pause is taken to be now, without a timeline.
blame_facts sum_up_pause(const pause_event& event, const pause_charges& charges);

/// @returns who held up the beat by the CPU while it was paused, and who was on the CPUs. None is charged with what no
/// process of this machine brings about: a stop, a sleep, the group's own quota, the hypervisor. Nothing if the log
/// says nothing of that time.
std::optional<blame_facts> blame_pause(const pause_event& event, const switch_log& log);

/// Charges what is recorded of a stall of the CPUs or of a disk from *since* to *until*, on the awake clock. Of a disk
/// nothing may be: requests are not recorded here, or it has none of its own, as what is made of several disks.
void charge_stall(const pause_event& stall, std::chrono::nanoseconds since, std::chrono::nanoseconds until,
                  const switch_log& log, charge_book& to);
/// @returns whether it is of a disk of which nothing was recorded as completed since then: there is nothing to be charged.
bool is_at_standstill(const pause_event& stall, std::chrono::nanoseconds since, const switch_log& log);
/// @returns the blame up to *until*, without a timeline; without harm if nothing was charged.
blame_facts sum_up_stall(const pause_event& stall, std::chrono::nanoseconds until, const charge_book& charged);

/// @returns whether the blame of a stall that lasts says so much else than what was reported of it that it is reported
/// again: of other doers, or of more than twice the harm. What each did is reported at the end.
bool is_news(const blame_facts& found, const blame_facts& reported);

/// @returns who was on the CPUs from a little before the event until *until*, on the awake clock; nothing if the log says
/// nothing of it.
std::optional<cpu_timeline> draw_event(const pause_event& event, std::chrono::nanoseconds until, const switch_log& log);

} // namespace pmactor
