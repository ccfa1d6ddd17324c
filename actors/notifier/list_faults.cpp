#include "actors/notifier/list_faults.hpp"

#include <algorithm>

namespace pmactor {

std::vector<fault> list_faults(const health_page& page, std::string_view except) {
  std::vector<fault> result;
  const auto used = std::min<std::size_t>(page.slots_used.load(), page.slots.size());
  for (std::size_t i = 0; i < used; ++i) {
    const auto& slot = page.slots[i];
    const auto name = slot.name.read();
    if (name == except)
      continue;
    if (slot.phase.load() == actor_phase::given_up)
      result.push_back({name, "it failed too often and was given up: " + slot.failure.read()});
    else if (const auto words = slot.degraded.read(); !words.empty())
      result.push_back({name, words});
  }
  return result;
}

} // namespace pmactor
