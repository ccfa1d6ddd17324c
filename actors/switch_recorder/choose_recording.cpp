#include "actors/switch_recorder/choose_recording.hpp"

#include "messages/time.hpp"

#include <algorithm>
#include <cstddef>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// One record of who left, and one of who came.
constexpr double bytes_a_switch = 64;
/// The rate of a moment says little, and that of long ago nothing.
constexpr nanoseconds least_between = std::chrono::milliseconds{500}, most_between = std::chrono::seconds{3};

} // namespace

std::optional<double> switches_between(const std::optional<ring_reading>& before, const ring_reading& now) {
  if (!before || now.written < before->written)
    return std::nullopt;
  const auto passed = now.at - before->at;
  if (passed < least_between || passed > most_between)
    return std::nullopt;
  return static_cast<double>(now.written - before->written) / bytes_a_switch / to_seconds(passed);
}

void choose_recording(std::map<std::uint32_t, cpu_recording>& cpus, const std::map<std::uint32_t, double>& recorded,
                      const switch_rate& all, nanoseconds now) {
  const auto recorded_of = [&recorded](std::uint32_t cpu) {
    const auto known = recorded.find(cpu);
    return known == recorded.end() ? 0 : known->second;
  };
  auto rest = all.per_second;
  std::size_t sampled = 0;
  for (const auto& [cpu, x] : cpus)
    if (x.is_sampled)
      ++sampled;
    else
      rest -= recorded_of(cpu);
  const auto each = sampled > 0 ? std::max(0.0, rest) / static_cast<double>(sampled) : 0;
  for (auto& [cpu, x] : cpus) {
    if (!x.is_sampled) {
      if (recorded_of(cpu) >= most_recorded)
        x = {true, now, std::nullopt};
      continue;
    }
    if (each >= least_sampled)
      x.calm_since.reset();
    else if (!x.calm_since)
      x.calm_since = now;
    if ((x.calm_since && now - *x.calm_since >= calm_for) || now - x.since >= try_after)
      x = {false, now, std::nullopt};
  }
}

} // namespace pmactor
