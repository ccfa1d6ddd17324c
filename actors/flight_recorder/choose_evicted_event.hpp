// Decides which of the last pauses and stalls is forgotten when there are too many of them. They
// are remembered for the suspects that later samples or an explanation may show. Pure.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace pmactor {

constexpr std::size_t most_recent_events = 16;

/// A pause or a stall whose suspects may have to be amended.
struct recent_event {
  pause_event event;
  bool has_suspects = false; ///< As far as was reported.
  bool is_complete = false;  ///< No later sample says more of it.
};

struct evicted_event {
  std::size_t index = 0;
  bool is_early =
    false; ///< It still waited for the suspects of its own time, which are not reported now.
  friend bool operator==(const evicted_event&, const evicted_event&) = default;
};

/// @param recent the oldest first.
/// @returns the oldest that waits for nothing more; if all do, the shortest: there is the least to
/// be seen in it. Nothing unless there is one too many.
std::optional<evicted_event> choose_evicted_event(const std::deque<recent_event>& recent);

} // namespace pmactor
