#include "actors/group_watch/parse_group.hpp"

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

} // namespace pmactor
