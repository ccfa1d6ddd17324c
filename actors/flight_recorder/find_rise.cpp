#include "actors/flight_recorder/find_rise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace pmactor {
namespace {

/// Long enough that a part that was high all along is seen to be, and so short that a load that climbs for a minute
/// does not hide what came on top of it.
constexpr std::size_t samples_before = 10;
/// Less is no rise but noise.
constexpr double least_rise = 1;

} // namespace

std::optional<stress_part> find_rise(const std::vector<stress_score>& lead_up) {
  if (lead_up.size() < 2)
    return std::nullopt;
  static constexpr std::array<std::pair<stress_part, std::optional<double> stress_score::*>, 4> parts{
    {{stress_part::disk, &stress_score::io},
     {stress_part::memory, &stress_score::memory},
     {stress_part::thermal, &stress_score::thermal},
     {stress_part::load, &stress_score::load}}};
  const auto last = lead_up.size() - 1;
  const auto first = last - std::min(last, samples_before);
  std::optional<stress_part> result;
  double most = least_rise;
  for (const auto& [part, points] : parts) {
    double sum = 0, count = 0;
    for (auto i = first; i < last; ++i)
      if (const auto& value = lead_up[i].*points) {
        sum += *value;
        ++count;
      }
    if (count <= 0 || !(lead_up[last].*points))
      continue;
    if (const auto rise = *(lead_up[last].*points) - sum / count; rise > most) {
      most = rise;
      result = part;
    }
  }
  return result;
}

} // namespace pmactor
