// Finds the display servers that are to be witnessed. Pure; the text is foreign bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Where an X server or a Wayland compositor listens.
struct desktop_place {
  enum class protocol : std::uint8_t { x11, wayland };
  protocol speaks = protocol::x11;
  std::string socket; ///< Its path; its name too where it is abstract, in no file system.
  bool has_path = false, is_abstract = false; ///< An X server may listen at both.
  std::uint64_t listener = 0; ///< The kernel's number of the socket: another one is another server.
  std::uint32_t number = 0;   ///< 1 for ":1" and "wayland-1".
  std::optional<std::uint32_t>
    user; ///< Whose session it is; the place of an X server does not say.
  friend bool operator==(const desktop_place&, const desktop_place&) = default;
};

/// @returns what a person calls it: ":0", "wayland-0 of user 1000".
std::string name_of(const desktop_place& x);

/// @param text that of /proc/net/unix: it lists what listens, not what was left behind, and no file
/// system has to answer for it.
/// @returns each server once.
std::vector<desktop_place> find_desktops(std::string_view text);

/// @param user who owns the X server's socket; absent if that is not known.
/// @param compositor_users who has a Wayland compositor.
/// @returns whether this is an Xwayland beside one of the compositors, or may be. It answers only
/// while that does, and some are started by the first connection.
bool may_be_xwayland(std::optional<std::uint32_t> user,
                     const std::vector<std::uint32_t>& compositor_users);

} // namespace pmactor
