#include "actors/kernel_log/is_memory_short.hpp"

#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_pressure.hpp"

#include <cstdint>
#include <optional>

namespace pmactor {
namespace {

constexpr double short_at = 5; ///< Percent of the last 10 s in which some task waited for memory.
constexpr double least_left = 15; ///< Percent; earlyoom acts at 10.

/// @returns nothing if a line is missing, or there is none of it at all.
std::optional<double> percent_of(std::string_view meminfo, std::string_view part,
                                 std::string_view all) {
  std::optional<std::uint64_t> left, total;
  while (!meminfo.empty()) {
    auto line = take_line(meminfo);
    const auto name = take_word(line);
    std::uint64_t kilobytes = 0;
    if ((name == part || name == all) && take_number(line, kilobytes))
      (name == part ? left : total) = kilobytes;
  }
  if (!left || total.value_or(0) == 0)
    return std::nullopt;
  return 100 * static_cast<double>(*left) / static_cast<double>(*total);
}

} // namespace

bool is_memory_short(std::string_view pressure, std::string_view meminfo) {
  if (const auto some = parse_pressure(pressure).some)
    return some->avg10.value_or(0) >= short_at;
  const auto memory = percent_of(meminfo, "MemAvailable:", "MemTotal:");
  return memory && *memory <= least_left
         && percent_of(meminfo, "SwapFree:", "SwapTotal:").value_or(0) <= least_left;
}

} // namespace pmactor
