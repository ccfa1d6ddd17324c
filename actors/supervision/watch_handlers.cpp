#include "actors/supervision/watch_handlers.hpp"

#include <utility>

namespace pmactor {

std::chrono::nanoseconds handler_watch::look(std::size_t slot, std::chrono::nanoseconds since,
                                             std::chrono::nanoseconds lived) {
  auto& x = handlers_.at(slot);
  if (std::exchange(x.since, since) != since)
    x.met = lived;
  return since == std::chrono::nanoseconds::zero() ? since : lived - x.met;
}

} // namespace pmactor
