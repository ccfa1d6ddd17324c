// News of the stress that is worth telling a person.
#pragma once

#include "messages/sample.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace pmactor {

/// What has become of the stress.
enum class stress_change : std::uint8_t {
  elevated, ///< The machine has just come under stress.
  critical, ///< A critical episode lasts so long that someone should know.
  relieved, ///< An episode that was alerted of is over.
};
inline constexpr std::size_t stress_changes = 3;

/// Sent once for each change.
struct stress_alert {
  stress_change change = stress_change::critical;
  std::uint64_t tick = 0; ///< Of the sample that brought it; distinguishes a repeat from a new one.
  clock_sample at;
  stress_score stress;               ///< Of that sample.
  std::chrono::nanoseconds lasted{}; ///< How long the episode was lived; zero for elevated.
  friend bool operator==(const stress_alert&, const stress_alert&) = default;
};

std::string to_string(stress_change x);
std::string to_string(const stress_alert& x);

} // namespace pmactor
