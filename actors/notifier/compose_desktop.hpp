// Decides how a message is shown on a desktop: the command that shows it, as a list of arguments that no
// shell ever sees. Pure.
#pragma once

#include "actors/notifier/compose_notice.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// @param program the path of notify-send.
/// @returns a command for the freedesktop notification service. The body is markup there, so it is escaped.
std::vector<std::string> notify_send_command(const std::string& program, const notice_message& x,
                                             bool sound);

/// @param user the user to show it to, if we are root; nullopt for ourselves.
/// @returns a command for macOS. The words are arguments of a constant script and never part of it.
std::vector<std::string> osascript_command(const notice_message& x, bool sound,
                                           std::optional<std::uint32_t> user);

/// @returns the environment of a program that talks to the session bus of this user, and nothing else.
std::vector<std::string> session_environment(const std::string& runtime_folder, const std::string& bus);

} // namespace pmactor
