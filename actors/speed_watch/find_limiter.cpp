#include "actors/speed_watch/find_limiter.hpp"

#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr double about = 1.15; ///< A frequency up to this many times a limit is at that limit.
constexpr double near_limit = 0.95;

std::uint64_t grown(const std::optional<std::uint64_t>& before,
                    const std::optional<std::uint64_t>& now) {
  return before && now && *now > *before ? *now - *before : 0;
}

std::string megahertz(double x) {
  return printed("%.0f MHz", x);
}

bool saves_power(const std::string& word) {
  return word == "low-power" || word == "quiet" || word == "cool" || word == "power"
         || word == "balance_power" || word == "power-saver";
}

/// Whether a limit is below half of what the hardware can, and the CPUs run at it.
bool binds(const std::optional<double>& limit, double mhz, double most) {
  return limit && *limit > 0 && *limit < 0.75 * most && mhz <= *limit * about;
}

} // namespace

limiter find_limiter(const limiter_signs& before, const limiter_signs& now, double mhz,
                     double most) {
  // What happened comes before what is merely set.
  if (const auto count = grown(before.thermal_throttles, now.thermal_throttles); count > 0)
    return {"thermal", "the CPU throttled itself for heat " + grouped(count)
                         + (count == 1 ? " time" : " times")
                         + (now.hot_zone.empty() ? "" : ", " + now.hot_zone)};
  if (const auto count = grown(before.power_throttles, now.power_throttles); count > 0)
    return {"power", "the CPU ran into its limit of power " + grouped(count)
                       + (count == 1 ? " time" : " times")};
  if (!now.cooling.empty())
    return {"thermal", "the kernel cools the CPUs: " + now.cooling
                         + (now.hot_zone.empty() ? "" : ", " + now.hot_zone)};
  const auto span = to_seconds(now.at.awake - before.at.awake);
  if (now.package_limit && before.package_joules && now.package_joules && span > 0) {
    const auto watts = (*now.package_joules - *before.package_joules) / span;
    if (watts >= near_limit * *now.package_limit && *now.package_limit > 0)
      return {"power", printed("the CPU took %.1f W of the %.1f W that it may for long", watts,
                               *now.package_limit)};
  }
  if (!now.hot_zone.empty())
    return {"thermal", "a thermal zone is above its limit: " + now.hot_zone};
  if (now.max_perf_pct && *now.max_perf_pct < 75 && mhz <= most * *now.max_perf_pct / 100 * about)
    return {"max_perf_pct",
            printed("max_perf_pct of intel_pstate is set to %.0f %%", *now.max_perf_pct)};
  if (binds(now.bios_most, mhz, most))
    return {"firmware_limit", "the firmware allows " + megahertz(*now.bios_most) + " (bios_limit)"};
  if (binds(now.policy_most, mhz, most))
    return {"frequency_limit", "the highest frequency is set to " + megahertz(*now.policy_most)
                                 + " (scaling_max_freq)"};
  if (now.no_turbo.value_or(false) && now.base && mhz <= *now.base * about)
    return {"no_turbo", "turbo is off, and without it the CPU runs at " + megahertz(*now.base)};
  if (!now.sets_own_speed && now.governor == "powersave")
    return {"governor", "the governor is powersave, which asks for the lowest frequency"};
  if (saves_power(now.profile))
    return {"platform_profile", "the platform profile is " + now.profile};
  if (saves_power(now.preference))
    return {"energy_preference", "the CPU is asked to save energy (" + now.preference + ')'};
  return {"unknown", "what limits them is not known"};
}

} // namespace pmactor
