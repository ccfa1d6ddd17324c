#include "actors/clock_sampler/own_switches.hpp"

namespace pmactor {

struct own_switches::state {};

own_switches::own_switches() : refusal_{"not known on macOS"} {
}

own_switches::~own_switches() = default;

std::vector<std::pair<const void*, std::size_t>> own_switches::memory() const {
  return {};
}

std::optional<gap_record> own_switches::read(std::chrono::nanoseconds, std::chrono::nanoseconds) {
  return std::nullopt;
}

} // namespace pmactor
