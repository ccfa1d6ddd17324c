// Decides what repeats among events: what is alike and comes in a rhythm, or more often than the
// rest. Pure.
#pragma once

#include "app/patterns/find_rhythm.hpp"
#include "messages/fingerprint.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// An event, as much as matters here.
struct past_event {
  std::int64_t id = 0; ///< The short number.
  double at = 0;       ///< Unix seconds;
  double local = 0;    ///< and with what the local time was ahead of UTC.
  double lasted = 0;   ///< Seconds.
  event_traits traits;
  std::string unit; ///< Of the doer; empty if that is not known. Makes no difference.
};

/// What repeats.
struct pattern {
  std::string fingerprint; ///< Of the traits, with the period if there is a rhythm: it stays as
                           ///< events are added.
  event_traits traits;
  std::string
    unit; ///< Of the doer, if it was one and the same wherever it is known. Foreign bytes.
  std::optional<rhythm> beat; ///< Absent: at no regular time.
  bool on_weekdays = false;   ///< Of a daily one: never on a Saturday or Sunday, which were there.
  std::vector<std::int64_t> ids;    ///< By time.
  double shortest = 0, longest = 0; ///< Seconds.
  double first = 0, last = 0;       ///< Unix seconds.

  std::size_t count() const {
    return ids.size();
  }
};

/// Events that are alike and make no pattern.
struct event_rest {
  event_traits traits;
  std::size_t count = 0;
  double last = 0;  ///< Unix seconds.
  std::string unit; ///< As of a pattern.
};

struct found_patterns {
  std::vector<pattern> patterns; ///< The most frequent first.
  std::vector<event_rest> rest;  ///< Likewise; those that came twice at least.
  std::size_t events = 0;        ///< Looked at.
};

/// @param events in any order.
found_patterns find_patterns(std::vector<past_event> events);

/// Others that are like an event.
struct likeness {
  std::size_t others = 0;
  std::optional<double> last_before; ///< When the one before began; Unix seconds.
  std::optional<pattern> in;         ///< The pattern of which it is part.
};

/// @param events with the one itself.
likeness find_likeness(std::int64_t id, const std::vector<past_event>& events,
                       const found_patterns& patterns);

} // namespace pmactor
