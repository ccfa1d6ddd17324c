// Finds the cookie that an X server asks of its clients. Pure; all of it is foreign
// bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pmactor {

/// What an X server was started with.
struct x11_options {
  std::string auth_file;              ///< "-auth FILE", if that is a whole path.
  bool ends_with_last_client = false; ///< "-terminate"
  friend bool operator==(const x11_options&, const x11_options&) = default;
};

/// @param command_line as in /proc/PID/cmdline.
x11_options parse_x11_options(std::string_view command_line);

/// @param text that of an Xauthority file.
/// @param display the number of the display.
/// @param host this machine's name: a home may be shared by several.
/// @returns the MIT-MAGIC-COOKIE-1 for it; empty if there is none.
std::string find_x11_cookie(std::string_view text, std::uint32_t display, std::string_view host);

} // namespace pmactor
