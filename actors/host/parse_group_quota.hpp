// Takes the CPU quota, and how long it held a control group up, out of the group's files. Pure; what is not there is
// absent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

struct cpu_quota {
  double cpus = 0;
  std::chrono::nanoseconds period{};
  friend bool operator==(const cpu_quota&, const cpu_quota&) = default;
};

/// @param text of cpu.max: "50000 100000", "max 100000".
/// @returns nothing if there is no quota.
std::optional<cpu_quota> group_quota(std::string_view text);
/// The same of cpu.cfs_quota_us and cpu.cfs_period_us.
std::optional<cpu_quota> group_quota(std::string_view quota, std::string_view period);

/// What a quota has cost a group since the group was made.
struct quota_throttling {
  std::optional<std::uint64_t> times;           ///< Periods in which it ran out.
  std::optional<std::chrono::nanoseconds> time; ///< In which the group stood still.
};
/// @param text of cpu.stat, of either version.
quota_throttling group_throttling(std::string_view text);

} // namespace pmactor
