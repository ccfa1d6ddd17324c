// Measures how long an actor has been in one handler, in lived time. The health page has when a handler
// began on the actors' clock, which goes on through a pause; so a handler's time begins when a look at the
// page, once a second, first meets it. Pure.
#pragma once

#include "actors/supervision/health_page.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pmactor {

class handler_watch {
public:
  /// Looks at the handler of one slot of the page.
  /// @param since when it began, as on the page; zero if none runs.
  /// @param lived the lived clock.
  /// @returns for how long it has been met at each look.
  std::chrono::nanoseconds look(std::size_t slot, std::chrono::nanoseconds since,
                                std::chrono::nanoseconds lived);

private:
  struct handler {
    std::chrono::nanoseconds since{}, met{};
  };
  std::array<handler, health_page::max_slots> handlers_{};
};

} // namespace pmactor
