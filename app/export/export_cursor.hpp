// Remembers how far a receiver of events has come, and decides what it is sent next: each event once it is known in
// full, and one that lasts also when it has begun. Pure.
#pragma once

#include "app/export/exported_event.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// The events up to *through* were sent, but for those that are open.
struct export_cursor {
  struct open_event {
    std::int64_t id = 0;
    bool begun = false; ///< That it lasts was sent.
    friend bool operator==(const open_event&, const open_event&) = default;
  };
  std::int64_t through = 0;
  std::vector<open_event> open; ///< Not known in full when they were seen; most_open_events at most.
  friend bool operator==(const export_cursor&, const export_cursor&) = default;
};

/// With so many open the receiver is not led on: none is lost.
inline constexpr std::size_t most_open_events = 64;

/// The form in which it is kept: "123 120 121b".
std::string to_text(const export_cursor& x);
std::optional<export_cursor> parse_export_cursor(std::string_view text);

/// Where events come from: the history.
struct event_source {
  std::function<std::int64_t()> newest; ///< Its id; 0 if there is none.
  /// @returns the events behind this one by ascending id, as many at most.
  std::function<std::vector<event_row>(std::int64_t id, std::size_t most)> after;
  std::function<std::optional<event_row>(std::int64_t id)> find;
};

struct export_batch {
  std::vector<exported_event> events; ///< To be sent, the oldest first.
  export_cursor then;                 ///< Holds once they are taken.
  bool more = false;                  ///< There is more to be sent at once.
  /// When to look again if nothing new comes, Unix seconds; absent if there is no need to.
  std::optional<double> look_at;
};

/// @param now Unix seconds. @param most events at once, above zero.
export_batch plan_batch(const export_cursor& cursor, const event_source& source, double now, std::size_t most);

} // namespace pmactor
