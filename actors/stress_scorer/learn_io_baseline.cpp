#include "actors/stress_scorer/learn_io_baseline.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace pmactor {
namespace {

/// More than any machine moves in a second; keeps the text's integers exact as floating point numbers.
constexpr double highest_rate = 9e15;

bool is_learning(const io_baseline& baseline, const baseline_policy& policy) {
  return baseline.samples < policy.learning;
}

/// Cuts "name=number" and the blank behind it off the text.
std::optional<std::uint64_t> next_field(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name) || text.substr(name.size(), 1) != "=")
    return std::nullopt;
  text.remove_prefix(name.size() + 1);
  std::uint64_t x = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (problem != std::errc{} || static_cast<double>(x) > highest_rate)
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' '))
    text.remove_prefix(1);
  return x;
}

} // namespace

io_baseline start_learning(const baseline_policy& policy) {
  return {policy.start, policy.start, 0, 0};
}

bool is_spike(double rate, const io_baseline& baseline, const baseline_policy& policy) {
  if (is_learning(baseline, policy))
    return rate > policy.learning_spike;
  return rate > policy.spike_floor && rate > policy.spike_ratio * baseline.fast;
}

io_baseline learn_rate(io_baseline baseline, double rate, const baseline_policy& policy) {
  if (!std::isfinite(rate) || rate < 0)
    return baseline;
  const bool learning = is_learning(baseline, policy);
  const bool spike = is_spike(rate, baseline, policy);
  ++baseline.samples;
  if (!spike)
    baseline.in_spike = 0;
  else if (++baseline.in_spike <= policy.longest_spike)
    return baseline;
  auto approach = [&](double& average, double share) {
    average += share * (std::min(rate, highest_rate) - average);
  };
  approach(baseline.fast, learning ? policy.fast_learning : policy.fast);
  approach(baseline.slow, learning ? policy.slow_learning : policy.slow);
  return baseline;
}

std::string to_string(const io_baseline& x) {
  auto whole = [](double rate) { return std::to_string(static_cast<std::uint64_t>(std::llround(rate))); };
  return "fast=" + whole(x.fast) + " slow=" + whole(x.slow) + " samples=" + std::to_string(x.samples);
}

std::optional<io_baseline> parse_baseline(std::string_view text) {
  const auto fast = next_field(text, "fast");
  const auto slow = next_field(text, "slow");
  const auto samples = next_field(text, "samples");
  if (!fast || !slow || !samples || !text.empty())
    return std::nullopt;
  return io_baseline{static_cast<double>(*fast), static_cast<double>(*slow), *samples, 0};
}

} // namespace pmactor
