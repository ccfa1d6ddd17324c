#include "app/instance/readiness.hpp"

namespace pmactor {

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
