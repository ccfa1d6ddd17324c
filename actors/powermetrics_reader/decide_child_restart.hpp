// Decides when the sampler child has failed and when it is started again. Pure: time is an argument, and
// is lived time wherever a pause of the host must not count against the child.
#pragma once

#include "actors/powermetrics_reader/powermetrics_reader_policy.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// @returns how long to wait before the start that follows this many failures in a row (at least one).
std::chrono::nanoseconds child_restart_delay(unsigned failures, const powermetrics_reader_policy& policy);

/// @returns the failures in a row, with the one just now, of a child that had worked for so long.
unsigned count_failure(unsigned before, std::chrono::nanoseconds worked, const powermetrics_reader_policy& policy);

/// The rhythm of a child's documents. Its interval is asked for, but kept only roughly: what is to be
/// expected is the median of the last ones.
class arrival_rhythm {
public:
  void add(std::chrono::nanoseconds interval);
  /// @returns nothing until three intervals are known.
  std::optional<std::chrono::nanoseconds> expected() const;

private:
  static constexpr std::size_t remembered = 15;
  std::deque<std::chrono::nanoseconds> last_;
};

/// @returns the silence from which on the child has failed. @param has_sent whether it has sent a document.
std::chrono::nanoseconds longest_silence(const arrival_rhythm& rhythm, bool has_sent,
                                         const powermetrics_reader_policy& policy);

} // namespace pmactor
