#include "app/witness/find_desktops.hpp"

#include "actors/host/parse_numbers.hpp"

#include <algorithm>
#include <limits>

namespace pmactor {
namespace {

bool take_front(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front))
    return false;
  text.remove_prefix(front.size());
  return true;
}

bool take_digits(std::string_view& text, std::uint32_t& value) {
  std::uint64_t number = 0;
  if (text.starts_with(' ') || !take_number(text, number)
      || number > std::numeric_limits<std::uint32_t>::max())
    return false;
  value = static_cast<std::uint32_t>(number);
  return true;
}

/// @returns the place that this socket is by its name, if it is a display server's.
std::optional<desktop_place> place_of(std::string_view name) {
  desktop_place result;
  result.is_abstract = take_front(name, "@");
  result.has_path = !result.is_abstract;
  result.socket = name;
  if (take_front(name, "/tmp/.X11-unix/X")) {
    if (take_digits(name, result.number) && name.empty())
      return result;
    return std::nullopt;
  }
  result.speaks = desktop_place::protocol::wayland;
  std::uint32_t user = 0;
  if (result.is_abstract || !take_front(name, "/run/user/") || !take_digits(name, user)
      || !take_front(name, "/wayland-") || !take_digits(name, result.number) || !name.empty())
    return std::nullopt;
  result.user = user;
  return result;
}

} // namespace

std::string name_of(const desktop_place& x) {
  const auto number = std::to_string(x.number);
  return x.speaks == desktop_place::protocol::x11
           ? ':' + number
           : "wayland-" + number + (x.user ? " of user " + std::to_string(*x.user) : "");
}

std::vector<desktop_place> find_desktops(std::string_view text) {
  std::vector<desktop_place> result;
  while (!text.empty()) {
    // "ffff9a5c: 00000002 00000000 00010000 0001 01 23456 /tmp/.X11-unix/X0"
    auto line = take_line(text);
    take_word(line);
    take_word(line);
    take_word(line);
    const bool listens = take_word(line) == "00010000";
    const bool is_stream = take_word(line) == "0001";
    if (!listens || !is_stream)
      continue;
    take_word(line);
    std::uint64_t listener = 0;
    if (!take_number(line, listener) || !take_front(line, " "))
      continue;
    auto place = place_of(line);
    if (!place)
      continue;
    place->listener = listener;
    const auto same = std::find_if(result.begin(), result.end(), [&](const desktop_place& x) {
      return x.speaks == place->speaks && x.number == place->number && x.user == place->user;
    });
    if (same == result.end()) {
      result.push_back(*std::move(place));
      continue;
    }
    if (place->has_path) // in whatever order they are listed
      same->listener = place->listener;
    same->has_path |= place->has_path;
    same->is_abstract |= place->is_abstract;
  }
  return result;
}

bool may_be_xwayland(std::optional<std::uint32_t> user,
                     const std::vector<std::uint32_t>& compositor_users) {
  return user ? std::find(compositor_users.begin(), compositor_users.end(), *user)
                  != compositor_users.end()
              : !compositor_users.empty();
}

} // namespace pmactor
