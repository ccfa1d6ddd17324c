#include "actors/group_watch/name_group.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t shown_of_id = 12;

bool is_hex(char x) {
  return (x >= '0' && x <= '9') || (x >= 'a' && x <= 'f');
}

bool is_id(std::string_view x) {
  return x.size() == 64 && std::all_of(x.begin(), x.end(), is_hex);
}

/// systemd writes what is no letter of a unit's name as "\x2d".
std::string unescaped(std::string_view text) {
  const auto value = [](char x) { return x <= '9' ? x - '0' : x - 'a' + 10; };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' && is_hex(text[i + 2])
        && is_hex(text[i + 3])) {
      result += static_cast<char>(value(text[i + 2]) * 16 + value(text[i + 3]));
      i += 3;
    } else {
      result += text[i];
    }
  return result;
}

/// Which runtime a container's scope is of, by its front.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> scopes{{
  {"docker-", "docker"},
  {"libpod-", "podman"},
  {"cri-containerd-", "kubernetes"},
  {"crio-", "kubernetes"},
  {"nerdctl-", "containerd"},
}};

group_name container(std::string_view id, std::string_view runtime) {
  return {"container " + std::string{id.substr(0, shown_of_id)} + " (" + std::string{runtime} + ')',
          std::string{id}};
}

std::string_view without(std::string_view text, std::string_view end) {
  if (text.ends_with(end))
    text.remove_suffix(end.size());
  return text;
}

} // namespace

group_name name_group(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  const auto slash = path.rfind('/');
  const auto last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  const auto above = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  for (const auto& [front, runtime] : scopes)
    if (last.starts_with(front))
      if (const auto id = without(last.substr(front.size()), ".scope"); is_id(id))
        return container(id, runtime);
  if (is_id(last)) {
    if (above.find("/kubepods") != std::string_view::npos)
      return container(last, "kubernetes");
    if (above.find("docker") != std::string_view::npos)
      return container(last, "docker");
    return container(last, "container");
  }
  const auto name = unescaped(last);
  if (last.ends_with(".service") || last.ends_with(".socket") || last.ends_with(".mount"))
    return {"unit " + name, {}};
  if (last.starts_with("session-") && last.ends_with(".scope"))
    return {"session " + std::string{without(last.substr(8), ".scope")}, {}};
  if (last.starts_with("machine-") && last.ends_with(".scope"))
    return {"machine " + unescaped(without(last.substr(8), ".scope")), {}};
  if (last.ends_with(".scope"))
    return {"unit " + name, {}};
  if (last.ends_with(".slice"))
    return {"slice " + name, {}};
  if (above.ends_with("/lxc") || last.starts_with("lxc.payload."))
    return {"container " + (last.starts_with("lxc.payload.") ? name.substr(12) : name) + " (lxc)",
            {}};
  return {"group " + unescaped(path), {}};
}

} // namespace pmactor
