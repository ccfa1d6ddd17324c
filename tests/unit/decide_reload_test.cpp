#define CAF_SUITE decide_reload

#include "app/settings/decide_reload.hpp"

#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

template <class Policy>
policy_difference in(Policy role_policies::*policy) {
  return [policy](const role_policies& a, const role_policies& b) { return a.*policy != b.*policy; };
}

/// In start order, with one that has no policy.
const std::vector<policy_difference> children{in(&role_policies::storage), in(&role_policies::notifications),
                                              [](const role_policies&, const role_policies&) { return false; },
                                              in(&role_policies::sampling), in(&role_policies::forensics)};

reload_order changed(const settings& before, const settings& after) {
  return decide_reload({before, derive_policies(before)}, {after, derive_policies(after)}, children);
}

using indices = std::vector<std::size_t>;
using keys = std::vector<std::string>;

} // namespace

CAF_TEST(settings that are the same concern no child) {
  const auto found = changed(settings{}, settings{});
  CAF_CHECK(found.children.empty());
  CAF_CHECK(found.changed.empty());
}

CAF_TEST(a setting concerns the child whose policy it is in and no other) {
  settings after;
  after.forensics.capture.enabled = !after.forensics.capture.enabled;
  const auto found = changed(settings{}, after);
  CAF_CHECK_EQUAL(found.children, indices{4});
  CAF_CHECK_EQUAL(found.changed, keys{"forensics.enabled"});
}

CAF_TEST(a setting that means something for several roles concerns each of them in start order) {
  settings after;
  after.sampling.learning = !after.sampling.learning;
  CAF_CHECK_EQUAL(changed(settings{}, after).children, (indices{1, 3, 4}));
}

CAF_TEST(what is no setting is compared as well) {
  settings_in_force before{settings{}, derive_policies(settings{})}, after = before;
  after.policies.storage.max_waiting += 1;
  const auto found = decide_reload(before, after, children);
  CAF_CHECK_EQUAL(found.children, indices{0});
  CAF_CHECK(found.changed.empty());
}

CAF_TEST(the limits of restarts are those of the new settings) {
  settings after;
  after.supervision.intensity += 1;
  const auto found = changed(settings{}, after);
  CAF_CHECK_EQUAL(found.policy.intensity, after.supervision.intensity);
  CAF_CHECK(found.children.empty());
}
