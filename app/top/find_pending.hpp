// Decides of which columns the figures are yet to come: those behind the newest sample, as long as the next one is not
// overdue. Pure.
#pragma once

#include "app/top/decide_reach.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pmactor {

/// Columns by their numbers, both included.
struct column_range {
  std::int64_t first = 0, last = -1;
  friend bool operator==(const column_range&, const column_range&) = default;
};

/// @returns whether a column is in one of these ranges.
bool contains(std::span<const column_range> ranges, std::int64_t number);

/// @param newest when the newest sample was taken, in Unix seconds. @param longest seconds from one sample to the next;
/// time within a break does not count. @param step seconds a column. @param breaks as find_breaks() returns them.
/// @param last_sign of life of a daemon that does not get on, in Unix seconds: from its column on nothing is to come.
std::vector<column_range> find_pending(double newest, double now, double longest, double step,
                                       std::span<const recording_break> breaks,
                                       std::optional<double> last_sign = std::nullopt);

} // namespace pmactor
