#include "actors/clock_sampler/find_interrupt.hpp"

#include "actors/host/parse_numbers.hpp"

namespace pmactor {
namespace {

/// @returns the counts of all lines, behind their sum.
std::string_view counts_in(std::string_view stat) {
  constexpr std::string_view key = "\nintr ";
  const auto at = stat.find(key);
  if (at == std::string_view::npos)
    return {};
  auto counts = stat.substr(at + key.size());
  const auto end = counts.find('\n');
  if (end == std::string_view::npos) // it is cut, maybe amid a number
    return {};
  counts = counts.substr(0, end);
  std::uint64_t sum = 0;
  return take_number(counts, sum) ? counts : std::string_view{};
}

} // namespace

std::optional<busiest_interrupt> find_busiest_interrupt(std::string_view before,
                                                        std::string_view after) {
  auto then = counts_in(before), now = counts_in(after);
  busiest_interrupt result;
  for (std::uint32_t number = 0;; ++number) {
    std::uint64_t was = 0, is = 0;
    if (!take_number(then, was) || !take_number(now, is))
      break;
    if (is > was && is - was > result.count)
      result = {number, is - was};
  }
  return result.count > 0 ? std::optional{result} : std::nullopt;
}

} // namespace pmactor
