// Decides how a command for root is written so that this user can run it here. Pure but for
// own_way_to_root().
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

struct way_to_root {
  bool is_root = false; ///< Then nothing is needed.
  bool has_sudo = true; ///< Else it is su.
};

/// @returns that of this process.
way_to_root own_way_to_root();

/// @param command with sudo before what needs root. @returns it as this user can run it.
std::string by_root(std::string command, const way_to_root& way);

/// @returns the text, with each command between backquotes as this user can run it.
std::string commands_by_root(std::string_view text, const way_to_root& way);

} // namespace pmactor
