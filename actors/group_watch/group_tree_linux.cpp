#include "actors/group_watch/group_tree_linux.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/list_folder.hpp"
#include "actors/host/locate_groups.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t deepest = 16;

std::string text_of(const std::string& file) {
  std::string room;
  return std::string{kept_file{file}.read_all(room)};
}

using folder_entry = std::pair<std::string, std::uint64_t>; ///< Its name and inode.

std::vector<folder_entry> folders_in(const std::string& folder) {
  std::vector<folder_entry> result;
  // Most groups have none in them. Their folder has two links then, which is asked for at a tenth
  // of the cost of listing it; where folders have no count of links, that is one.
  struct ::stat about {};
  if (::stat(folder.c_str(), &about) != 0 || about.st_nlink == 2)
    return result;
  const owned_descriptor open{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (open.get() >= 0)
    each_entry(open.get(), [&result](const dirent& entry) {
      if (entry.d_type == DT_DIR)
        result.emplace_back(entry.d_name, entry.d_ino);
      return result.size() < 20'000;
    });
  return result;
}

} // namespace

std::vector<group_tree> find_trees(const std::string& root) {
  std::vector<group_tree> result;
  const auto mounts = text_of(root + "/proc/self/mountinfo"),
             memberships = text_of(root + "/proc/self/cgroup");
  constexpr std::array<std::pair<tree_kind, const char*>, 4> kinds{{{tree_kind::unified, ""},
                                                                    {tree_kind::cpu, "cpu"},
                                                                    {tree_kind::freezer, "freezer"},
                                                                    {tree_kind::memory, "memory"}}};
  for (const auto& [kind, controller] : kinds)
    if (const auto found = find_hierarchy(memberships, mounts, controller)) {
      const auto folder = root + found->folder;
      // Controllers may share a hierarchy: its groups are listed once.
      if (std::none_of(result.begin(), result.end(),
                       [&](const group_tree& x) { return x.root == folder; }))
        result.push_back({kind, folder, found->own.value_or("")});
    }
  return result;
}

group_list list_groups(const std::vector<group_tree>& trees, std::size_t most) {
  struct step {
    const group_tree* in = nullptr;
    std::string path;
    std::size_t depth = 0;
  };
  group_list result;
  // Level by level, so that where there are too many the slices and units are looked at, and not
  // what the first of them has within.
  std::deque<step> todo;
  for (const auto& x : trees)
    todo.push_back({&x, {}, 0});
  for (; !todo.empty() && result.beyond == 0; todo.pop_front()) {
    const auto& [in, path, depth] = todo.front();
    const auto folders = folders_in(in->root + path);
    if (!folders.empty())
      result.folders.push_back(in->root + path);
    for (const auto& [name, inode] : folders) {
      auto below = path + '/' + name;
      const bool is_own = in->own == below || in->own.starts_with(below + '/');
      if (!is_own && result.groups.size() >= most)
        ++result.beyond;
      else if (!is_own)
        result.groups.push_back({in->root + below, in->root.size(), in->kind, inode});
      if (depth < deepest)
        todo.push_back({in, std::move(below), depth + 1});
    }
  }
  return result;
}

} // namespace pmactor
