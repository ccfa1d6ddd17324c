// Shows something again and again on a terminal, and leaves the terminal as it was.
#pragma once

#include "app/views/terminal.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace pmactor {

/// Shows a frame at once, then one each period, until SIGINT, SIGTERM, SIGHUP, or `q`. On a
/// terminal each takes the place of the one before, cut to its height; elsewhere they follow one
/// another. Ctrl-Z works. For the main thread of a program that has no other.
/// @param make_frame returns lines, each with its line feed, in this style.
void watch(std::chrono::nanoseconds period,
           const std::function<std::string(const text_style&)>& make_frame);

/// What a command shows of the daemon at one moment.
struct daemon_look {
  std::string text;  ///< Lines, each with its line feed.
  int exit_code = 0; ///< Of the command if this is the last look.
  /// When it was, on the wall clock, for a head above the text; absent for none.
  std::optional<std::chrono::nanoseconds> head_at;
};

/// Watches the daemon by a command that has `--watch`. Where nothing can be seen, it says why and
/// looks again.
/// @param exit_unknown of the command if that is so at the last look.
/// @param look takes whether it is shown on a terminal. It may throw.
/// @returns the exit code for what was seen last.
int watch_daemon(const std::string& command, std::chrono::nanoseconds period, bool in_json,
                 int exit_unknown,
                 const std::function<daemon_look(const text_style&, bool is_terminal)>& look);

} // namespace pmactor
