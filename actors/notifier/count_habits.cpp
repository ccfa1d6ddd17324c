#include "actors/notifier/count_habits.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::size_t most_habits = 512, most_counted = 256;

} // namespace

void habit_counts::remember(const std::string& fingerprint, std::chrono::nanoseconds started) {
  if (habits_.size() >= most_habits && habits_.count(fingerprint) == 0)
    habits_.erase(
      std::min_element(habits_.begin(), habits_.end(),
                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
  auto& one = habits_[fingerprint];
  ++one.count;
  one.before = one.last;
  one.last = started;
}

void habit_counts::count(const event_record& x) {
  const auto& event = x.event;
  if (event.kind == event_kind::sleep
      || std::any_of(counted_.begin(), counted_.end(),
                     [&event](const auto& one) { return one.first == event.id; }))
    return;
  auto fingerprint = fingerprint_of(traits_of(x));
  remember(fingerprint, event.started);
  counted_.emplace_back(event.id, std::move(fingerprint));
  if (counted_.size() > most_counted)
    counted_.pop_front();
}

alike_events habit_counts::like(const event_record& x) const {
  const auto fingerprint = fingerprint_of(traits_of(x));
  const auto found = habits_.find(fingerprint);
  if (found == habits_.end())
    return {};
  const auto& known = found->second;
  const bool is_among = std::any_of(counted_.begin(), counted_.end(), [&](const auto& one) {
    return one.first == x.event.id && one.second == fingerprint;
  });
  return {known.count - (is_among ? 1u : 0u),
          is_among && known.last == x.event.started ? known.before : known.last};
}

} // namespace pmactor
