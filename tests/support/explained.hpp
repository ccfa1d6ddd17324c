// What is made of a late beat by the rules of production: the last pause that is found in it, explained.
// Include after support/test.hpp.
#pragma once

#include "actors/pause_detector/compose_pause.hpp"
#include "actors/pause_detector/find_pause_or_sleep.hpp"
#include "support/beats.hpp"
#include "support/test.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace pmactor {

/// Whatever the cause: the ledger sums to the duration, and each line that is not zero names its evidence.
inline pause_event explained(const late_beat& beat) {
  const pause_policy policy;
  const auto found = find_pause_or_sleep(beat, policy);
  CAF_REQUIRE(!found.empty());
  const auto result = compose_pause(found.back(), beat, ledger_policy{}, policy.least_wall_step);
  CAF_CHECK(result.book.total() == result.duration);
  for (const auto& line : result.book.lines)
    CAF_CHECK_EQUAL(line.evidence.empty(), line.length == std::chrono::nanoseconds::zero());
  return result;
}

/// @returns whether a remark of this pause has this word.
inline bool notices(const pause_event& x, std::string_view word) {
  return std::any_of(x.evidence.begin(), x.evidence.end(),
                     [&](const std::string& y) { return y.find(word) != y.npos; });
}

} // namespace pmactor
