#include "actors/host/locate_groups.hpp"

#include "actors/host/parse_mountinfo.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_process.hpp"

#include <algorithm>

namespace pmactor {
namespace {

bool lists(std::string_view comma_separated, std::string_view item) {
  while (!comma_separated.empty()) {
    const auto end = std::min(comma_separated.find(','), comma_separated.size());
    if (comma_separated.substr(0, end) == item)
      return true;
    comma_separated.remove_prefix(std::min(end + 1, comma_separated.size()));
  }
  return false;
}

/// @returns the path of the process's group within the hierarchy; empty if it is in none.
std::string_view own_path(std::string_view memberships, std::string_view controller) {
  while (!memberships.empty()) {
    const auto x = parse_membership(take_line(memberships));
    if (x && (controller.empty() ? x->controllers.empty() : lists(x->controllers, controller)))
      return x->path;
  }
  return {};
}

/// @returns what of the path is below *top*; absent if it does not lead there.
std::optional<std::string> path_below(std::string_view top, std::string_view path) {
  if (!path.starts_with('/')
      || path.find("/..") != path.npos) // outside of what this namespace can see
    return std::nullopt;
  while (path.ends_with('/'))
    path.remove_suffix(1);
  if (top == "/")
    return std::string{path};
  if (!path.starts_with(top) || (path.size() > top.size() && path[top.size()] != '/'))
    return std::nullopt;
  return std::string{path.substr(top.size())};
}

group_folders folders(std::string_view memberships, std::string_view mounts,
                      std::string_view controller) {
  const auto found = find_hierarchy(memberships, mounts, controller);
  group_folders result;
  if (!found || !found->own)
    return result;
  for (auto path = *found->own;; path.erase(path.rfind('/'))) {
    result.push_back(found->folder + path);
    if (path.empty())
      return result;
  }
}

} // namespace

std::optional<group_hierarchy> find_hierarchy(std::string_view memberships, std::string_view mounts,
                                              std::string_view controller) {
  while (!mounts.empty()) {
    const auto line = parse_mount(take_line(mounts));
    // Within a container the mount may begin below the root that the path counts from.
    if (line
        && (controller.empty() ? line->type == "cgroup2"
                               : line->type == "cgroup" && lists(line->options, controller)))
      return group_hierarchy{mount_path(line->point),
                             path_below(mount_path(line->root), own_path(memberships, controller))};
  }
  return std::nullopt;
}

own_groups locate_groups(std::string_view memberships, std::string_view mounts) {
  return {folders(memberships, mounts, ""), folders(memberships, mounts, "cpu"),
          folders(memberships, mounts, "freezer")};
}

} // namespace pmactor
