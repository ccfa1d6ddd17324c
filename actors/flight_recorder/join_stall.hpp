// Decides which pauses of the beat happened within a stall and are part of it, so that one trouble is one event:
// a machine that reclaims memory for 19 s holds up the beat now and then as well. Pure.
#pragma once

#include "messages/pause.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace pmactor {

/// A stall that was reported. Times are on the awake clock.
struct reported_stall {
  event_id id;
  std::chrono::nanoseconds began{}, ended{}; ///< If it lasts, *ended* is until when that was known.
  bool is_over = false;
  pause_cause cause = pause_cause::unexplained; ///< That follows from what stalls.
  friend bool operator==(const reported_stall&, const reported_stall&) = default;
};

/// @returns whether a stall can have brought about such a pause. Not if it is known to be of another making (a
/// sleep, a signal, a frozen group, a tracer, a hypervisor, the group's own quota), nor if it reached nothing but
/// pmactor.
bool may_be_of_stall(const pause_event& x);

/// @returns the stall of which a pause is part: at least half of it lies within the stall, and they have one cause or
/// it makes up no more than half of the stall. A longer one of another cause is an event of its own: there the stall is
/// what was felt of the pause.
/// A stall that lasts reaches to the end of the pause at least.
/// @param before the one that it was part of so far, which is preferred; else the one that covers the most of it.
std::optional<event_id> join_stall(const pause_event& pause, const std::deque<reported_stall>& stalls,
                                   std::optional<event_id> before = {});

/// The last pauses and stalls. The word of a stall comes after the pauses at its begin, that of its end or of the
/// second witness later still, so that what was reported is reviewed.
class stall_parts {
public:
  /// Takes a pause or a stall into account; of what is known nothing changes, as its sender was not sure.
  void learn(const pause_event& x);
  void learn(const event_amendment& x);

  /// @returns the stall of which this pause is part, by all that is known.
  std::optional<event_id> stall_of(event_id pause) const;

  /// @returns what is to be amended, as it is not what was reported.
  std::vector<event_amendment> review() const;

  /// Remembers what was reported. Only then, so that what failed halfway is done again.
  /// @param stall 0 is none.
  void note_reported(event_id pause, std::optional<event_id> stall);

  static constexpr std::size_t most_pauses = 256; ///< Of 0.3 s and more: those of a minute and a half.
  static constexpr std::size_t most_stalls = 16;

private:
  struct known_pause {
    pause_event is;                   ///< Without its ledger and evidence.
    bool was_reported = false;
    std::optional<event_id> reported; ///< As part of which stall.
  };
  std::optional<event_id> judge(const known_pause& x) const;
  known_pause* find(event_id pause);
  void learn_stall(const pause_event& x);

  std::deque<known_pause> pauses_; ///< The oldest first.
  std::deque<reported_stall> stalls_;
};

} // namespace pmactor
