#include "actors/host/choose_disks.hpp"

#include <algorithm>
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

} // namespace pmactor
