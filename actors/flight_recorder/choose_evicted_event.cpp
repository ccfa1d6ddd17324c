#include "actors/flight_recorder/choose_evicted_event.hpp"

#include <algorithm>

namespace pmactor {

std::optional<evicted_event> choose_evicted_event(const std::deque<recent_event>& recent) {
  if (recent.size() <= most_recent_events)
    return std::nullopt;
  const auto index_of = [&recent](auto found) {
    return static_cast<std::size_t>(found - recent.begin());
  };
  const auto complete =
    std::find_if(recent.begin(), recent.end(), [](const auto& x) { return x.is_complete; });
  if (complete != recent.end())
    return evicted_event{index_of(complete), false};
  return evicted_event{index_of(std::min_element(recent.begin(), recent.end(),
                                                 [](const auto& a, const auto& b) {
                                                   return a.event.duration < b.event.duration;
                                                 })),
                       true};
}

} // namespace pmactor
