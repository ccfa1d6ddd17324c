#include "actors/clock_sampler/locate_groups.hpp"

#include "actors/host/parse_mountinfo.hpp"

namespace pmactor {
namespace {

std::string_view take(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto result = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return result;
}

bool lists(std::string_view comma_separated, std::string_view item) {
  while (!comma_separated.empty())
    if (take(comma_separated, ',') == item)
      return true;
  return false;
}

struct mount {
  std::string root;  ///< The group that is mounted.
  std::string point; ///< Where.
};

/// @param controller empty for the v2 hierarchy.
std::optional<mount> find_mount(std::string_view mounts, std::string_view controller) {
  while (!mounts.empty()) {
    const auto line = parse_mount(take(mounts, '\n'));
    if (line && (controller.empty() ? line->type == "cgroup2"
                                    : line->type == "cgroup" && lists(line->options, controller)))
      return mount{mount_path(line->root), mount_path(line->point)};
  }
  return std::nullopt;
}

/// @returns the path of the process's group within the hierarchy.
std::optional<std::string> membership(std::string_view memberships, std::string_view controller) {
  while (!memberships.empty()) {
    auto line = take(memberships, '\n');
    const auto hierarchy = take(line, ':');
    const auto controllers = take(line, ':');
    if (controller.empty() ? hierarchy == "0" && controllers.empty() : lists(controllers, controller))
      return std::string{line};
  }
  return std::nullopt;
}

group_folders folders(std::string_view memberships, std::string_view mounts,
                      std::string_view controller) {
  const auto place = find_mount(mounts, controller);
  auto path = membership(memberships, controller);
  if (!place || !path || path->empty() || path->front() != '/')
    return {};
  // Within a container the mount may begin below the root that the path counts from.
  if (place->root != "/" && path->compare(0, place->root.size(), place->root) == 0)
    path->erase(0, place->root.size());
  if (path->find("/..") != std::string::npos) // outside of what this namespace can see
    return {};
  group_folders result;
  while (!path->empty() && path->back() == '/')
    path->pop_back();
  while (true) {
    result.push_back(place->point + *path);
    if (path->empty())
      return result;
    path->erase(path->rfind('/'));
  }
}

} // namespace

own_groups locate_groups(std::string_view memberships, std::string_view mounts) {
  return {folders(memberships, mounts, ""), folders(memberships, mounts, "cpu"),
          folders(memberships, mounts, "freezer")};
}

} // namespace pmactor
