// Decides which of the daemon's actors a reload of the settings concerns: those that are started with another policy
// than before. Pure.
#pragma once

#include "actors/supervision/reload_order.hpp"
#include "app/settings/derive_policies.hpp"

#include <functional>
#include <vector>

namespace pmactor {

/// Settings, and what they mean for each role.
struct settings_in_force {
  settings conf;
  role_policies policies;
};

/// Whether two sets of policies differ in what one child is started with.
using policy_difference = std::function<bool(const role_policies&, const role_policies&)>;

/// @param differs one for each child, in start order.
reload_order decide_reload(const settings_in_force& before, const settings_in_force& after,
                           const std::vector<policy_difference>& differs);

} // namespace pmactor
