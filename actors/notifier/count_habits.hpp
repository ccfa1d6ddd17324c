// Decides how many events are like one that is reported, and when the last of them was. Pure.
#pragma once

#include "messages/fingerprint.hpp"
#include "messages/pause.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace pmactor {

/// Events that are like another.
struct alike_events {
  std::uint32_t count = 0;
  std::chrono::nanoseconds last{}; ///< When the last of them began, on the wall clock.
  friend bool operator==(const alike_events&, const alike_events&) = default;
};

class habit_counts {
public:
  /// Counts an event of an earlier run, the oldest first.
  void remember(const std::string& fingerprint, std::chrono::nanoseconds started);

  /// Counts an event, once however often it comes. Sleeps are no trouble and are not counted.
  void count(const event_record& x);

  /// @param x as it is known by now: who did it may be known only since it was counted.
  /// @returns those like it, without itself.
  alike_events like(const event_record& x) const;

private:
  struct habit {
    std::uint32_t count = 0;
    std::chrono::nanoseconds last{}, before{}; ///< The two that began last; zero if there is none.
  };

  std::map<std::string, habit> habits_; ///< By fingerprint; bounded.
  std::deque<std::pair<event_id, std::string>>
    counted_; ///< The newest, with their fingerprints then; bounded.
};

} // namespace pmactor
