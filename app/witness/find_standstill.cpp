#include "app/witness/find_standstill.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds least = 1s;
constexpr nanoseconds least_certain = 500ms; ///< What is certain of it: the rest may be how the second was cut off.
constexpr std::int64_t drift = 10'000;       ///< Two clocks part by no more than 1 of these.
/// A clock of whole seconds agrees with the wall if it is within this, whatever its time zone.
constexpr nanoseconds agrees = 1200ms, time_zone = 15min;

bool is_wall_time(const real_time_reading& x) {
  const auto apart = (nanoseconds{x.real} - x.wall + time_zone / 2) % time_zone - time_zone / 2;
  return std::chrono::abs(apart) < agrees;
}

} // namespace

std::optional<standstill> standstill_finder::look(const real_time_reading& x) {
  const auto before = std::exchange(last_, x);
  const nanoseconds offset = x.real - x.total;
  const auto at_least = offset, at_most = offset + 1s;
  if (!before) {
    low_ = at_least;
    high_ = at_most;
    return std::nullopt;
  }
  const auto passed = x.total - before->total;
  low_ -= passed / drift;
  high_ += passed / drift;
  const standstill found{(at_least + at_most - low_ - high_) / 2, (at_most - at_least + high_ - low_) / 2, passed};
  const bool fits = at_least <= high_ && low_ <= at_most;
  if (fits) {
    low_ = std::max(low_, at_least);
    high_ = std::min(high_, at_most);
    return std::nullopt;
  }
  low_ = at_least;
  high_ = at_most;
  const bool is_wall_set = std::chrono::abs((x.wall - x.total) - (before->wall - before->total)) >= least_certain;
  if (found.length < least || found.length - found.uncertainty < least_certain || is_wall_set || is_wall_time(x))
    return std::nullopt;
  return found;
}

} // namespace pmactor
