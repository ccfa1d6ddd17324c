// Decides of which events something that was seen is evidence: the pauses, stalls and sleeps that
// it overlaps. An incident, of which a remark comes first, is no event of its own if it is evidence
// of another one. Pure.
#pragma once

#include "messages/pause.hpp"
#include "messages/remark.hpp"

#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// The last events and the last remarks. Both bounded.
class remark_book {
public:
  /// Takes an event into account, once. @returns what was remarked before and is evidence of it.
  std::vector<event_amendment> learn(const pause_event& x);
  void learn(const event_amendment& x);

  /// @returns the events of which it is evidence, with the words; none if it overlaps none so far.
  std::vector<event_amendment> learn(const remark& x);

  /// @returns whether a remark of this topic became evidence of an event as it came.
  bool is_attached(const std::string& topic) const;

  static constexpr std::size_t most_events = 32, most_remarks = 64, most_attached = 64;
  static constexpr std::size_t most_of_one = 12; ///< Remarks that one event takes.

private:
  struct known_event {
    event_id id;
    event_kind kind = event_kind::pause;
    std::chrono::nanoseconds began{}, ended{}; ///< On the clock that goes on in a sleep.
    bool lasts = false;
    std::set<std::string> topics; ///< Of the remarks that it took.
  };
  static std::vector<event_amendment> attach(known_event& event, const remark& x);

  std::deque<known_event> events_;
  std::deque<remark> remarks_;
  std::deque<std::string> attached_; ///< Topics.
};

} // namespace pmactor
