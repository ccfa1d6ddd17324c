// Decides what is kept of the seconds before an event, in a ring buffer, and what of them goes into it.
#pragma once

#include "actors/flight_recorder/flight_recorder_policy.hpp"
#include "actors/flight_recorder/track_shortage.hpp"
#include "messages/pause.hpp"

#include <deque>

namespace pmactor {

/// The last samples, oldest first, one a second.
class sample_history {
public:
  explicit sample_history(lead_up_policy policy = {});
  /// From now on keeps what this policy asks for.
  void follow(lead_up_policy policy);
  void add(scored_sample sample);
  /// Keeps the processes of the samples around this moment, on the awake clock, for as long as the samples: those of the
  /// begin of a stall, by which it is judged also when it is over.
  void hold(std::chrono::nanoseconds began);
  void forget();
  const std::deque<scored_sample>& samples() const;
  /// The shortages of memory, of which more is remembered than the samples have.
  const shortage_tracker& shortages() const;

private:
  bool is_held(const scored_sample& x) const;

  lead_up_policy policy_;
  std::deque<scored_sample> samples_;
  std::deque<std::chrono::nanoseconds> held_; ///< The newest moments, oldest first.
  shortage_tracker shortages_;
};

/// @returns whether a sample is the last to be waited for: its processes were watched during the event, or after
/// it, so that those of no later one were.
bool completes(const scored_sample& sample, const pause_event& event);

/// @returns the first sample whose processes were watched during the event; nullptr if there is none. Nothing is
/// seen during a pause, so that it is the one that reaches across the gap (after a restart of the sampler none
/// does); of a stall, one that was watched during it for the most part.
const scored_sample* find_across(const pause_event& event, const sample_history& history);

/// @returns whether it is still known what processes did as a stall began; true of all that is none. Later samples alone
/// show what goes on beside it, and those that wait for it.
bool is_begin_known(const pause_event& event, const sample_history& history);

/// @returns the event with the lead-up and the stress of the last sample that was taken before it began;
/// samples that were taken during or after it say nothing about what led to it. Its culprits are those
/// of that sample, and of the first whose processes were watched during it. A stall has none without the
/// latter: before it all was well, however busy some were.
event_record compose_event(const pause_event& event, const sample_history& history,
                           const lead_up_policy& policy, const culprit_policy& culprits);

} // namespace pmactor
