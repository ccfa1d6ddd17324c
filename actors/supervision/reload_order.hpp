// What changed settings ask of the SUPERVISOR.
#pragma once

#include "actors/supervision/decide_restart.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

struct reload_order {
  supervisor_policy policy;             ///< The one that holds from now on.
  std::vector<std::size_t> children; ///< Those whose own policy has changed, in start order.
  std::vector<std::string> changed;  ///< Keys of the settings, for the result.
};

} // namespace pmactor
