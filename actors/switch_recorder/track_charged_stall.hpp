// Decides how a stall that lasts is charged to processes, piece by piece: from when on the record
// of the switches is looked at, what starts it anew, when it is worth a report, and which stall
// gives way to another. Pure.
#pragma once

#include "actors/switch_recorder/compose_blame.hpp"
#include "messages/pause.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace pmactor {

/// So many at a time: each is taken out of the rings by a timer of its own.
constexpr std::size_t most_charged_stalls = 4;

/// A stall that lasts, with what was charged so far: nothing, unless it is of the CPUs or of a disk
/// that is known.
struct charged_stall {
  explicit charged_stall(const pause_event& x) : event{x}, until{x.before.awake} {
  }

  pause_event event;
  charge_book charged;
  std::chrono::nanoseconds until{};     ///< Up to when, on the awake clock.
  std::optional<cpu_timeline> timeline; ///< Of its begin.
  std::uint64_t retake = 0;             ///< The timer that it waits for; 0 before the first.
  /// How often in a row its disk had completed nothing when it was taken out.
  unsigned in_vain = 0;
  std::optional<blame_facts> reported; ///< The last, without the timeline.
  /// Of the rings that matter to it when they were last taken out.
  std::optional<std::chrono::nanoseconds> reach{};
};

/// How far the record of a stall is to be charged now.
struct stall_stretch {
  /// On the awake clock; by default all that is recorded.
  std::chrono::nanoseconds until = std::chrono::nanoseconds::max();
  bool is_last = false; ///< The stall is over: what is charged now is reported in any case.
  friend bool operator==(const stall_stretch&, const stall_stretch&) = default;
};

/// @returns whether the rings say anything of who brings it about; else they are not taken out
/// again.
bool is_charged(const charged_stall& x);

/// Takes into account what became known of the stall. Which disk it is, or that another resource
/// holds that one up, may become known only while it lasts, or as it ends: then all of it is
/// charged anew, as far back as the rings reach.
/// @returns what is to be charged now; nothing if the timer will do, or nothing can be charged.
/// @pre The amendment is of this stall.
std::optional<stall_stretch> amend_charged_stall(charged_stall& x, const event_amendment& news);

/// @returns from when on the record is needed to charge the next stretch, on the awake clock.
std::chrono::nanoseconds needed_since(const charged_stall& x);

/// Charges what the record has of the stretch behind the last one.
/// @returns the blame so far, with the timeline; nothing if it is not worth a report: each has the
/// whole timeline, and the history may be on the disk that hangs.
std::optional<blame_facts> charge_stretch(charged_stall& x, const switch_log& log,
                                          const stall_stretch& stretch);

/// @returns which of too many is not followed any longer: the oldest of those of which the rings
/// say nothing, else the oldest. Nothing while there is room for one more.
std::optional<std::size_t> choose_evicted_stall(const std::deque<charged_stall>& stalls);

} // namespace pmactor
