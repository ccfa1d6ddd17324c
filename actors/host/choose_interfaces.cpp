#include "actors/host/choose_interfaces.hpp"

#include <algorithm>
#include <functional>

namespace pmactor {
namespace {

/// Whether the default route leads through it, or through what is built on it.
bool carries_default_route(const interface_facts& x, const std::vector<interface_facts>& all,
                           int depth = 0) {
  constexpr int deepest = 8; // stacks are lower; and it ends whatever the tree looks like
  if (x.has_default_route)
    return true;
  if (depth == deepest)
    return false;
  return std::any_of(all.begin(), all.end(), [&](const interface_facts& y) {
    return std::find(x.uppers.begin(), x.uppers.end(), y.name) != x.uppers.end()
           && carries_default_route(y, all, depth + 1);
  });
}

/// Whether its other end lies in another namespace: pairs within one point at each other.
bool leads_elsewhere(const interface_facts& x, const std::vector<interface_facts>& all) {
  if (!x.is_known || x.is_stacked || x.is_tunnel || x.link == x.index || x.link == 0)
    return false;
  return std::none_of(all.begin(), all.end(), [&](const interface_facts& y) {
    return y.is_known && y.index == x.link && y.link == x.index;
  });
}

} // namespace

std::vector<bool> choose_interfaces(const std::vector<interface_facts>& all) {
  std::vector<bool> result(all.size(), false);
  /// Chooses those for which it holds. @returns whether there are any.
  const auto choose = [&](const std::function<bool(const interface_facts&)>& holds) {
    bool any = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      result[i] = !all[i].is_loopback && !all[i].is_stacked && holds(all[i]);
      any = any || result[i];
    }
    return any;
  };
  const auto leads_out = [&](const interface_facts& x) { return leads_elsewhere(x, all); };
  if (choose([](const interface_facts& x) { return x.is_hardware; })
      || choose(
        [&](const interface_facts& x) { return leads_out(x) && carries_default_route(x, all); })
      || choose(leads_out)
      || choose([](const interface_facts& x) { return x.is_tunnel && x.uppers.empty(); }))
    return result;
  // /sys shows another network namespace, or is not there: the routes are all that is known.
  const auto is_stranger = [](const interface_facts& x) { return !x.is_known; };
  if (!choose([&](const interface_facts& x) { return is_stranger(x) && x.has_default_route; })
      && !choose([&](const interface_facts& x) { return is_stranger(x) && x.has_route; }))
    choose(is_stranger);
  return result;
}

} // namespace pmactor
