#include "actors/group_watch/parse_container.hpp"

#include "actors/host/parse_numbers.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::size_t longest_name = 64;

/// @returns the text up to the next quote; empty if there is none.
std::string quoted(std::string_view text) {
  const auto end = text.find('"');
  return end == std::string_view::npos ? std::string{}
                                       : std::string{text.substr(0, std::min(end, longest_name))};
}

/// @returns what follows a text; empty if it is not there.
std::string_view behind(std::string_view text, std::string_view front) {
  const auto at = text.find(front);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + front.size());
}

} // namespace

std::string docker_name(std::string_view config) {
  return quoted(behind(config, "\"Name\":\"/"));
}

std::string podman_name(std::string_view table, std::string_view id) {
  constexpr std::string_view key = "\"id\":\"";
  auto rest = behind(table, std::string{key} + std::string{id} + '"');
  return quoted(behind(rest.substr(0, rest.find(key)), "\"names\":[\""));
}

std::string kubernetes_name(std::string_view log, std::string_view id) {
  const auto end = '-' + std::string{id} + ".log";
  if (!log.ends_with(end))
    return {};
  log.remove_suffix(end.size());
  // A container's name has no underscore, nor have those of its namespace and its pod.
  const auto first = log.find('_'), second = log.find('_', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos)
    return {};
  const auto name = std::string{log.substr(first + 1, second - first - 1)} + '/'
                    + std::string{log.substr(0, first)} + '/' + std::string{log.substr(second + 1)};
  return name.substr(0, 3 * longest_name);
}

std::string_view user_of_group(std::string_view path) {
  const auto user = behind(path, "/user-");
  const auto uid = user.substr(0, user.find(".slice"));
  const auto is_digit = [](char x) { return x >= '0' && x <= '9'; };
  return std::all_of(uid.begin(), uid.end(), is_digit) ? uid : std::string_view{};
}

std::string home_of(std::string_view passwd, std::string_view uid) {
  while (!passwd.empty()) {
    auto line = take_line(passwd);
    constexpr int uid_field = 2, home_field = 5;
    std::string_view found;
    for (int field = 0; field <= home_field; ++field) {
      const auto end = std::min(line.find(':'), line.size());
      const auto value = line.substr(0, end);
      if (field == uid_field && value != uid)
        break;
      if (field == home_field)
        found = value;
      line.remove_prefix(std::min(end + 1, line.size()));
    }
    if (!found.empty())
      return std::string{found};
  }
  return {};
}

} // namespace pmactor
