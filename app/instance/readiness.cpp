#include "app/instance/readiness.hpp"

#include <algorithm>

namespace pmactor {

bool is_core_healthy(const health_page& page, const lived_time& lived, std::chrono::nanoseconds now,
                     std::chrono::nanoseconds patience) {
  const auto used = std::min<std::size_t>(page.slots_used.load(), health_page::max_slots);
  for (std::size_t i = 0; i < used; ++i) {
    const auto& slot = page.slots[i];
    if (slot.optional_child.load() != 0)
      continue;
    if (slot.phase.load() == actor_phase::given_up)
      return false;
    const std::chrono::nanoseconds since{slot.handler_since_ns.load()};
    if (since != std::chrono::nanoseconds::zero() && lived.between(since, now) > patience)
      return false;
  }
  return true;
}

void pulse_witness::add(std::chrono::nanoseconds now) {
  using namespace std::chrono_literals;
  constexpr std::chrono::nanoseconds period = 1s, tolerance = 500ms;
  if (last_ && now - *last_ > period + tolerance)
    lived_.add(gap{now - *last_ - period}, now);
  last_ = now;
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
