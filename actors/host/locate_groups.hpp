// Finds this process's control groups from what the kernel says of it, on pure v1, pure v2 and
// hybrid hosts, and within containers, where only a part of the tree is mounted. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// A hierarchy of control groups as it is mounted here.
struct group_hierarchy {
  std::string folder; ///< Where.
  /// The process's own group, from that folder on: "/a/b"; empty if it is the folder itself, absent
  /// if it is none that can be seen there.
  std::optional<std::string> own;
};

/// @param memberships the text of /proc/self/cgroup
/// @param mounts the text of /proc/self/mountinfo
/// @param controller of v1; empty for the hierarchy of v2.
/// @returns nothing if it is not mounted.
std::optional<group_hierarchy> find_hierarchy(std::string_view memberships, std::string_view mounts,
                                              std::string_view controller);

/// The folders of one hierarchy: the process's own group first, then its ancestors as far as they
/// can be seen, the topmost last. Empty if the hierarchy is not there.
using group_folders = std::vector<std::string>;

struct own_groups {
  group_folders unified; ///< v2
  group_folders cpu;     ///< v1
  group_folders freezer; ///< v1
};

/// The same texts.
own_groups locate_groups(std::string_view memberships, std::string_view mounts);

} // namespace pmactor
