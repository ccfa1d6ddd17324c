#include "app/instance/decide_readiness.hpp"

namespace pmactor {

int count_pulses_without_past(int before, const progress& x) {
  return x.samples_stored > 0 && !x.is_past_stored ? before + 1 : before;
}

bool is_ready(const progress& x, int pulses_without_past) {
  constexpr int patience = 3;
  return x.samples_stored > 0 && (x.is_past_stored || pulses_without_past > patience);
}

bool is_alive(const progress& x) {
  constexpr std::chrono::seconds patience{50}; // a minute in all for most, as a hang is one from 10 s on
  return x.longest_hang <= patience;
}

std::string status_words(const progress& x) {
  auto result = std::to_string(x.samples_stored) + " samples stored";
  if (x.samples_missed > 0)
    result += ", " + std::to_string(x.samples_missed) + " missed";
  std::string degraded;
  for (const auto& one : x.faults)
    degraded += (degraded.empty() ? "; degraded: " : ", ") + one.actor;
  return result + degraded;
}

} // namespace pmactor
