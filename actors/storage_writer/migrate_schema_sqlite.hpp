// The tables of the history, and how those of an earlier version become those of this one.
#pragma once

#include <array>

namespace pmactor {

/// Step i leads from version i to version i + 1. Each runs in one transaction together with the change
/// of `user_version`, and keeps all data.
extern const std::array<const char*, 7> schema_steps;

} // namespace pmactor
