// Holds the daemon to what is promised of stalls: each that lasts long enough is found while it lasts, once, with
// its resource, its begin and its end; none is invented. The oracle reports to it what happened and what was committed.
#pragma once

#include "messages/pause.hpp"
#include "simulation/oracle_reach.hpp"
#include "simulation/promises.hpp"
#include "simulation/witnesses.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace pmactor::simulation {

class stall_truths {
public:
  using nanoseconds = std::chrono::nanoseconds;

  /// A run begins. What stalls already is felt from now on.
  void begin_run(nanoseconds awake);
  void began(std::size_t which, nanoseconds awake);
  void ended(std::size_t which, nanoseconds awake);
  /// The machine stood still, or its beat was late, or the daemon is being upset: what lasts now is not judged to
  /// the letter.
  void disturb(nanoseconds awake);
  /// @returns whether something stalled at some time within the stretch, or so shortly before it that it may be
  /// reported to go on.
  bool overlaps(nanoseconds began, nanoseconds ended) const;

  /// @param earlier as it was stored before; null if it is new.
  void committed(const pause_event& x, const pause_event* earlier);
  /// @param calm whether nothing befalls the daemon.
  void check(nanoseconds awake, bool calm, strictness& reach);

private:
  struct truth {
    std::size_t which = 0;
    nanoseconds began{};
    std::optional<nanoseconds> ended;
    bool disturbed = false;
    bool judged = false; ///< Whether it was found was looked at.
    std::optional<event_id> reported;
    bool closed = false;
  };
  truth* find(const pause_event& x);

  std::deque<truth> all_; ///< Of this run, the newest last.
};

} // namespace pmactor::simulation
