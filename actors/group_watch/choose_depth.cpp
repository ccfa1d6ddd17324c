#include "actors/group_watch/choose_depth.hpp"

namespace pmactor {

std::optional<look_depth> choose_depth(std::uint64_t tick, std::size_t groups, bool is_close,
                                       bool is_stressed) {
  constexpr std::uint64_t regular = 5;
  constexpr std::size_t few = 500; // of which each second costs no more than a regular look of many
  if (tick % regular == 0)
    return is_stressed ? look_depth::pressure : look_depth::counters;
  if (is_close || is_stressed)
    return look_depth::counters;
  return groups <= few ? std::optional{look_depth::stalls} : std::nullopt;
}

} // namespace pmactor
