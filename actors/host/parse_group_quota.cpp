#include "actors/host/parse_group_quota.hpp"

#include "actors/host/find_number.hpp"
#include "actors/host/parse_numbers.hpp"

namespace pmactor {

std::optional<cpu_quota> group_quota(std::string_view text) {
  const auto quota = take_word(text);
  return group_quota(quota, text);
}

std::optional<cpu_quota> group_quota(std::string_view quota, std::string_view period) {
  std::uint64_t us = 0, of = 0; // "max" and "-1" are no quota
  constexpr std::uint64_t most = 1'000'000'000;
  if (!take_number(quota, us) || !take_number(period, of) || of == 0 || of > most)
    return std::nullopt;
  return cpu_quota{static_cast<double>(us) / static_cast<double>(of),
                   std::chrono::microseconds{of}};
}

quota_throttling group_throttling(std::string_view text) {
  quota_throttling result;
  result.times = number_behind(text, "nr_throttled");
  if (const auto us = number_behind(text, "throttled_usec")) // v2
    result.time = std::chrono::nanoseconds{*us * 1000};
  else if (const auto ns = number_behind(text, "throttled_time")) // v1
    result.time = std::chrono::nanoseconds{*ns};
  return result;
}

} // namespace pmactor
