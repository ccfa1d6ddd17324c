#include "actors/stress_scorer/score_stress.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {
namespace {

bool is_known(const std::optional<double>& x) {
  return x && std::isfinite(*x);
}

bool are_waited_for(const disk_waits& x, const stress_policy& policy) {
  if (!is_known(x.pressure) && !is_known(x.late))
    return true;
  return (is_known(x.pressure) && *x.pressure >= policy.io_waits) || (is_known(x.late) && *x.late >= policy.io_late);
}

} // namespace

std::optional<double> score_load(std::optional<double> load1, std::uint32_t cores,
                                 const stress_policy& policy) {
  if (!is_known(load1) || cores == 0)
    return std::nullopt;
  return std::clamp((*load1 / cores - 1) * policy.load_points, 0.0, policy.load_most);
}

std::optional<double> score_memory(std::optional<double> available, std::optional<double> total,
                                   const stress_policy& policy) {
  if (!is_known(available) || !is_known(total) || *total <= 0)
    return std::nullopt;
  const auto percent = *available / *total * 100;
  return std::clamp((policy.memory_scarce - percent) * policy.memory_points, 0.0, policy.memory_most);
}

std::optional<double> score_thermal(std::optional<bool> throttled, const stress_policy& policy) {
  if (!throttled)
    return std::nullopt;
  return *throttled ? policy.thermal_points : 0;
}

std::optional<double> score_latency(std::optional<double> ratio, const stress_policy& policy) {
  if (!is_known(ratio))
    return std::nullopt;
  if (*ratio <= policy.latency_late)
    return 0;
  return std::clamp((*ratio - 1) * policy.latency_points, 0.0, policy.latency_most);
}

std::optional<double> score_io(std::optional<double> rate, const disk_waits& waits,
                               const io_baseline& baseline, const stress_policy& policy) {
  if (!is_known(rate))
    return std::nullopt;
  // Before anything is known of this machine, only what would be a spike on any of them counts.
  const bool heavy = baseline.samples >= policy.baseline.learning && *rate > policy.io_heavy;
  const bool much = heavy || is_spike(*rate, baseline, policy.baseline);
  return much && are_waited_for(waits, policy) ? policy.io_points : 0;
}

stress_score score_stress(const stress_inputs& inputs, const io_baseline& baseline,
                          const stress_policy& policy) {
  stress_score result;
  result.load = score_load(inputs.load1, inputs.cores, policy);
  result.memory = score_memory(inputs.mem_available, inputs.mem_total, policy);
  result.thermal = score_thermal(inputs.throttled, policy);
  result.latency = score_latency(inputs.latency_ratio, policy);
  result.io = score_io(inputs.io_rate, inputs.waits, baseline, policy);
  return result;
}

} // namespace pmactor
