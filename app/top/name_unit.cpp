#include "app/top/name_unit.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pmactor {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_hexadecimal(std::string_view x) {
  return std::all_of(x.begin(), x.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// @returns the container of a group's name, e.g. of "docker-0123….scope"; empty if it is of none.
std::string container_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> makers{{
    {"docker-", "docker "},
    {"libpod-", "podman "},
    {"cri-containerd-", "container "},
    {"crio-", "container "},
    {"", "container "},
  }};
  if (ends_with(name, ".scope"))
    name.remove_suffix(6);
  constexpr std::size_t id = 64, shown = 12;
  for (const auto& [front, word] : makers)
    if (name.size() == front.size() + id && name.substr(0, front.size()) == front
        && is_hexadecimal(name.substr(front.size())))
      return std::string{word} + std::string{name.substr(front.size(), shown)};
  return {};
}

} // namespace

std::string name_unit(std::string_view path) {
  std::string last;
  while (!path.empty()) {
    const auto slash = path.rfind('/');
    const auto part = path.substr(slash == path.npos ? 0 : slash + 1);
    path = path.substr(0, slash == path.npos ? 0 : slash);
    if (part.empty())
      continue;
    if (auto container = container_of(part); !container.empty())
      return container;
    if (ends_with(part, ".service") || ends_with(part, ".scope"))
      return std::string{part};
    if (last.empty())
      last = part;
  }
  return last;
}

std::string group_path(std::string_view text) {
  std::string systemd;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.substr(0, 3) == "0::" && line != "0::/")
      return std::string{line.substr(3)};
    if (const auto at = line.find(":name=systemd:"); at != line.npos)
      systemd = line.substr(at + 14);
  }
  return systemd == "/" ? "" : systemd;
}

} // namespace pmactor
