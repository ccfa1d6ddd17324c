#include "actors/powermetrics_reader/decide_child_restart.hpp"

#include "actors/host/back_off.hpp"

#include <algorithm>

namespace pmactor {

std::chrono::nanoseconds child_restart_delay(unsigned failures, const powermetrics_reader_policy& policy) {
  return back_off(failures > 0 ? failures - 1 : 0, policy.first_delay, policy.longest_delay);
}

unsigned count_failure(unsigned before, std::chrono::nanoseconds worked, const powermetrics_reader_policy& policy) {
  return worked >= policy.healthy_after ? 1 : before + 1;
}

void arrival_rhythm::add(std::chrono::nanoseconds interval) {
  last_.push_back(interval);
  if (last_.size() > remembered)
    last_.pop_front();
}

std::optional<std::chrono::nanoseconds> arrival_rhythm::expected() const {
  if (last_.size() < 3)
    return std::nullopt;
  auto sorted = last_;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

std::chrono::nanoseconds longest_silence(const arrival_rhythm& rhythm, bool has_sent,
                                         const powermetrics_reader_policy& policy) {
  const auto silence = std::max(rhythm.expected().value_or(policy.interval) * policy.silent_intervals,
                                policy.least_silence);
  return has_sent ? silence : silence + policy.start_grace;
}

} // namespace pmactor
