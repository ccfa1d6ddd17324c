// How the daemon that runs was started, so that a restart starts the like of it. Kept in its
// runtime folder.
#pragma once

#include "app/command_line/place_flags.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct launch {
  bool by_service_manager = false;
  std::vector<std::string> arguments; ///< As place_flags::arguments() has them.
  friend bool operator==(const launch&, const launch&) = default;
};

/// @returns its form as a file; parse_launch() reads nothing else.
std::string to_text(const launch& x);
std::optional<launch> parse_launch(std::string_view text);

/// @returns where the note of the daemon of these places is kept.
std::filesystem::path launch_note(const places& where);

/// Notes how this process was started. Without that note a restart only knows its own options.
void note_launch(const places& where, const place_flags& flags);

/// @returns the note of the daemon that runs; nullopt if it left none.
std::optional<launch> read_launch(const places& where);

/// @returns the flags with the options of that start where they name nothing themselves.
place_flags filled_in(place_flags flags, const launch& from);

/// @returns the flags with the options of the daemon that runs there, if one does: by these a command reads the
/// settings as the daemon has them.
place_flags as_the_daemon(const place_flags& flags);

} // namespace pmactor
