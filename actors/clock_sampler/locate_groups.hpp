// Finds the folders of this process's control groups from what the kernel says of it, on pure v1, pure
// v2 and hybrid hosts, and within containers, where only a part of the tree is mounted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// The folders of one hierarchy: the process's own group first, then its ancestors as far as they can be
/// seen, the topmost last. Empty if the hierarchy is not there.
using group_folders = std::vector<std::string>;

struct own_groups {
  group_folders unified; ///< v2
  group_folders cpu;     ///< v1
  group_folders freezer; ///< v1
};

/// @param memberships the text of /proc/self/cgroup
/// @param mounts the text of /proc/self/mountinfo
own_groups locate_groups(std::string_view memberships, std::string_view mounts);

} // namespace pmactor
