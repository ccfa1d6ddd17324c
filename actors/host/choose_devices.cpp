#include "actors/host/choose_devices.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace pmactor {
namespace {

bool all_digits(std::string_view x) {
  return !x.empty() && x.find_first_not_of("0123456789") == x.npos;
}

/// The kernel names partitions so: sda1 of sda; nvme0n1p1 of nvme0n1, whose own name ends in a
/// digit.
bool is_named_as_partition_of(std::string_view name, std::string_view disk) {
  if (disk.empty() || name.size() <= disk.size() || !name.starts_with(disk))
    return false;
  auto rest = name.substr(disk.size());
  if (all_digits(disk.substr(disk.size() - 1))) {
    if (!rest.starts_with('p'))
      return false;
    rest.remove_prefix(1);
  }
  return all_digits(rest);
}

/// The names that the kernel's drivers give to what passes requests on. Only for a device that is
/// in /proc/diskstats and not in /sys, as where /sys is not mounted: then there is nothing else to
/// go by.
bool is_named_as_stacked(std::string_view name) {
  for (const std::string_view driver :
       {"loop", "ram", "zram", "dm-", "md", "md_", "zd", "bcache", "drbd"})
    if (name.starts_with(driver)
        && (driver.ends_with('_')
            || all_digits(
              name.substr(driver.size(), name.find('p', driver.size()) - driver.size()))))
      return true;
  // One path of a multipath disk: nvme0c1n1 of nvme0n1.
  if (!name.starts_with("nvme"))
    return false;
  const auto path = name.find('c'), space = name.find('n', path == name.npos ? 0 : path);
  return path != name.npos && space != name.npos && all_digits(name.substr(4, path - 4))
         && all_digits(name.substr(path + 1, space - path - 1));
}

bool counts_by_name(const disk_facts& x, const std::vector<disk_facts>& all) {
  return !is_named_as_stacked(x.name)
         && std::none_of(all.begin(), all.end(), [&](const disk_facts& y) {
              return is_named_as_partition_of(x.name, y.name);
            });
}

/// Kernels before 6.4 count a multipath disk's requests at its paths only.
bool is_counted_at_the_disk(const disk_facts& path, const std::vector<disk_facts>& all) {
  if (path.id.empty() || !path.has_moved)
    return true;
  return std::none_of(all.begin(), all.end(), [&](const disk_facts& y) {
    return !y.is_hidden && y.id == path.id && !y.has_moved;
  });
}

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

std::vector<bool> choose_disks(const std::vector<disk_facts>& all) {
  std::vector<bool> result;
  for (const auto& x : all) {
    if (!x.is_known)
      result.push_back(!x.is_partition && counts_by_name(x, all));
    else if (x.is_partition || x.is_stacked || !(x.is_hardware || x.has_server))
      result.push_back(false);
    else
      result.push_back(!x.is_hidden || !is_counted_at_the_disk(x, all));
  }
  return result;
}

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
