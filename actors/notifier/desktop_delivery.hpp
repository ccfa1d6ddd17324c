// What the DELIVERY asks of the host: who sits at a desktop, and how a message gets there.
#pragma once

#include "actors/notifier/notice_delivery.hpp"
#include "actors/notifier/run_command.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// @returns where programs are: in the usual folders, and in those of this process's own search
/// path, as on NixOS, with Homebrew or below a home.
inline std::string program_folders() {
  const auto* path = std::getenv("PATH");
  return "/usr/local/bin:/usr/bin:/bin"
         + (path != nullptr ? ':' + std::string{path} : std::string{});
}

/// Where to look; tests have places of their own.
struct desktop_places {
  std::filesystem::path run_user = "/run/user"; ///< A folder for each user that is logged in (Linux).
  std::string path = program_folders();
  std::chrono::nanoseconds look_again = std::chrono::seconds{15}; ///< For a user to log in.
};

/// A command that shows a message on one desktop.
struct desktop_order {
  std::string who; ///< The user's name or number.
  command_order order;
};

/// What can be done about a message: orders, or the reason why there are none.
struct desktop_plan {
  std::vector<desktop_order> orders;
  std::string obstacle;     ///< Empty if there are orders.
  bool is_remedied = false; ///< The user can do something about it, as the obstacle says.
};

/// @returns how to show this message to every user with a desktop session on this machine; as another user than
/// root, to ourselves.
desktop_plan plan_desktop(const notice_message& x, bool sound, const desktop_places& places);

} // namespace pmactor
