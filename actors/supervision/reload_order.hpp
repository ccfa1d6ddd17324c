// What changed settings ask of the SUPERVISOR.
#pragma once

#include "actors/supervision/decide_restart.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

/// A reload goes on without a child that was left behind this long ago, in lived time, and has not ended: the
/// command that asked for it waits for the answer, and the child is started later all the same.
inline constexpr std::chrono::seconds held_up_after{5};

struct reload_order {
  supervisor_policy policy;             ///< The one that holds from now on.
  std::vector<std::size_t> children; ///< Those whose own policy has changed, in start order.
  std::vector<std::string> changed;  ///< Keys of the settings, for the result.
};

} // namespace pmactor
