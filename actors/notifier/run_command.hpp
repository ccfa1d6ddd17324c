// Runs the programs that carry a message: what each gets, what is kept of what it says, and how its end is
// worded.
#pragma once

#include "actors/host/run_process.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

struct command_order {
  std::vector<std::string> command;     ///< The program and its arguments. No shell.
  std::string path;                     ///< Where a program without a slash is looked for.
  std::vector<std::string> environment; ///< All of it: "NAME=value".
  std::string input;                    ///< On standard input; what exceeds a pipe's room is cut off.
  std::chrono::nanoseconds limit = std::chrono::seconds{10};
  std::chrono::nanoseconds grace = std::chrono::milliseconds{500}; ///< From the request to end until force.
  std::optional<other_user> as;
};

struct command_outcome {
  enum class how : std::uint8_t { ended, killed, timed_out, not_started, given_up };
  how ended = how::ended;
  int number = 0;         ///< The exit code, the signal, or the errno.
  std::string last_words; ///< Of its output, one clean line.
  std::chrono::nanoseconds took{};
};
/// @returns "ended with exit code 1: …", "was ended after 10 s"…; what to put behind its name.
std::string to_string(const command_outcome& x);

/// Waits for its end, but not for longer than its limit, its grace and a second. Not from the actors' pool.
/// It runs in a session of its own, with neither the priorities nor the protection of the daemon.
command_outcome run_command(const command_order& order, cancellation& cancel);

} // namespace pmactor
