#include "app/settings/decide_reload.hpp"

namespace pmactor {

reload_order decide_reload(const settings_in_force& before, const settings_in_force& after,
                           const std::vector<policy_difference>& differs) {
  reload_order result{after.policies.supervision, {}, changed_settings(before.conf, after.conf)};
  for (std::size_t i = 0; i < differs.size(); ++i)
    if (differs[i](before.policies, after.policies))
      result.children.push_back(i);
  return result;
}

} // namespace pmactor
