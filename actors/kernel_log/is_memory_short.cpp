#include "actors/kernel_log/is_memory_short.hpp"

#include "actors/host/parse_memory.hpp"
#include "actors/host/parse_pressure.hpp"

#include <cstdint>
#include <optional>

namespace pmactor {
namespace {

constexpr double short_at = 5; ///< Percent of the last 10 s in which some task waited for memory.
constexpr double least_left = 15; ///< Percent; earlyoom acts at 10.

/// @returns nothing if either is not known, or there is none of it at all.
std::optional<double> percent_of(const std::optional<std::uint64_t>& left,
                                 const std::optional<std::uint64_t>& total) {
  if (!left || total.value_or(0) == 0)
    return std::nullopt;
  return 100 * static_cast<double>(*left) / static_cast<double>(*total);
}

} // namespace

bool is_memory_short(std::string_view pressure, std::string_view meminfo) {
  if (const auto some = parse_pressure(pressure).some)
    return some->avg10.value_or(0) >= short_at;
  const auto memory = parse_meminfo(meminfo);
  const auto available = percent_of(memory.available, memory.total);
  return available && *available <= least_left
         && percent_of(memory.swap_free, memory.swap_total).value_or(0) <= least_left;
}

} // namespace pmactor
