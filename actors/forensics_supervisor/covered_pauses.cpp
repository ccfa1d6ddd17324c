#include "actors/forensics_supervisor/covered_pauses.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {

void covered_pauses::keep(const event_record& x) {
  const auto is_it = [&x](const event_record& y) { return y.event.id == x.event.id; };
  if (std::any_of(all_.begin(), all_.end(), is_it))
    return; // received before
  all_.push_back(x);
  if (all_.size() > most)
    all_.pop_front();
}

std::optional<event_record> covered_pauses::release(const event_amendment& x) {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&x](const event_record& y) { return y.event.id == x.id; });
  if (found == all_.end())
    return std::nullopt;
  amend(*found, x);
  if (found->event.part_of)
    return std::nullopt;
  auto result = std::move(*found);
  all_.erase(found);
  return result;
}

} // namespace pmactor
