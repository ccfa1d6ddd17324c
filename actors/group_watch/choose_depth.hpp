// Decides how closely the control groups are looked at in a second. Pure.
#pragma once

#include "actors/group_watch/group_look.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace pmactor {

/// @param tick counts seconds. @param groups there are. @param is_close whether a group is held up.
/// @param is_stressed whether the machine is under stress.
/// @returns nothing if this second is left out.
std::optional<look_depth> choose_depth(std::uint64_t tick, std::size_t groups, bool is_close,
                                       bool is_stressed);

} // namespace pmactor
