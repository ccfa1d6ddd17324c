// Runs a program for a while: it gets its input, its last words are kept, and when its time is over it and
// all that it started in its process group are ended and reaped.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// Whom to run it as; only root can.
struct other_user {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
};

struct command_order {
  std::vector<std::string> command;     ///< The program's path, and its arguments. No shell.
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
/// @param give_up once it is true, the program is ended by force at once.
command_outcome run_command(const command_order& order, const std::atomic<bool>& give_up);

/// @returns the path of a program; empty if there is none.
/// @param path folders with colons between; a name with a slash in it is not looked for.
std::string find_program(const std::string& name, const std::string& path);

} // namespace pmactor
