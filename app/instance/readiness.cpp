#include "app/instance/readiness.hpp"

#include <algorithm>

namespace pmactor {

bool is_core_healthy(const health_page& page, handler_watch& handlers, std::chrono::nanoseconds lived,
                     std::chrono::nanoseconds patience) {
  const auto used = std::min<std::size_t>(page.slots_used.load(), health_page::max_slots);
  bool is_healthy = true;
  for (std::size_t i = 0; i < used; ++i) {
    const auto& slot = page.slots[i];
    if (slot.optional_child.load() != 0)
      continue;
    is_healthy = is_healthy && slot.phase.load() != actor_phase::given_up;
    // Also behind one that is not: each must be looked at each time.
    const std::chrono::nanoseconds since{slot.handler_since_ns.load()};
    is_healthy = handlers.look(i, since, lived) <= patience && is_healthy;
  }
  return is_healthy;
}

std::string status_words(const health_page& page) {
  auto result = std::to_string(page.samples_stored.load()) + " samples stored";
  if (const auto missed = page.samples_missed.load(); missed > 0)
    result += ", " + std::to_string(missed) + " missed";
  const auto used = std::min<std::size_t>(page.slots_used.load(), health_page::max_slots);
  std::string degraded;
  for (std::size_t i = 0; i < used; ++i)
    if (!page.slots[i].degraded.read().empty())
      degraded += (degraded.empty() ? "; degraded: " : ", ") + page.slots[i].name.read();
  return result + degraded;
}

} // namespace pmactor
