#include "app/top/find_unit.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"
#include "app/top/name_unit.hpp"

#include <array>
#include <cmath>
#include <fcntl.h>
#include <unistd.h>

namespace pmactor {
namespace {

/// @returns when it began, in Unix seconds, by the clock as it is set now.
std::optional<double> began(std::int64_t pid) {
  const auto identity = identity_of(pid);
  const auto ticks = ::sysconf(_SC_CLK_TCK);
  if (!identity || ticks <= 0)
    return std::nullopt;
  const auto now = read_clocks();
  return to_seconds(now.wall - now.total)
         + static_cast<double>(identity->start) / static_cast<double>(ticks);
}

} // namespace

std::string find_unit(std::int64_t pid, std::optional<double> start_time) {
  constexpr double about_the_same = 5; // the clock may have been set a little since
  const auto start = began(pid);
  if (!start || !start_time || std::abs(*start - *start_time) > about_the_same)
    return {};
  const auto file = "/proc/" + std::to_string(pid) + "/cgroup";
  const owned_descriptor group{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  std::array<char, 4096> room{};
  const auto size = group.get() < 0 ? -1 : ::read(group.get(), room.data(), room.size());
  return size <= 0 ? std::string{}
                   : name_unit(group_path({room.data(), static_cast<std::size_t>(size)}));
}

} // namespace pmactor
