// The hierarchies of control groups of this machine (v2, v1 or both), and which groups they have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

/// What is read of a group of a hierarchy.
enum class tree_kind : std::uint8_t { unified, cpu, freezer, memory };

struct group_tree {
  tree_kind kind = tree_kind::unified;
  std::string root;
  std::string own; ///< The group of this process, from the root; empty if it is the root, or none
                   ///< that is seen.
};

/// @param root of the file system: empty, or where a test has made up another.
std::vector<group_tree> find_trees(const std::string& root);

struct listed_group {
  std::string folder;
  std::size_t root_length = 0; ///< What of the folder is before the group's path.
  tree_kind kind = tree_kind::unified;
  std::uint64_t inode = 0; ///< Another one of the same name has another.
};

struct group_list {
  std::vector<listed_group> groups; ///< Those of others. A group comes before those within it.
  std::vector<std::string> folders; ///< Folders that have groups in them.
  std::size_t beyond = 0;           ///< Groups of others that are left out, as there are too many.
};

/// @param most groups of others that are listed: those that are nearest to the root.
group_list list_groups(const std::vector<group_tree>& trees, std::size_t most);

} // namespace pmactor
