// What a command came to: the exit code, and what is said with it to a person or to a program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pmactor {

inline constexpr int exit_fine = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
/// Of the daemon: it ended as it was asked to, but something is lost. A service manager must not start it again.
inline constexpr int exit_lossy = 3;

enum class daemon_presence : std::uint8_t;
/// Those of `status`, as LSB has them: 0 running, 1 dead but the PID file exists, 3 not running, 4
/// unknown.
int exit_code_of(daemon_presence x);

enum class health_state;
/// Those of `inspect`: 0 healthy, 1 degraded, 2 stuck, stopped or dead, 3 not running, 4 unknown.
int exit_code_of(health_state x);

/// The end of a command that acts on the daemon.
struct outcome {
  int code = exit_fine;
  std::string message;               ///< Sentences, a line or more. Escape each line: it may hold paths and names.
  std::optional<std::int64_t> pid{}; ///< Of the daemon that it is about.
};

/// Writes a success to stdout, a failure to stderr; with *json* a document to stdout.
/// @returns its exit code.
int report_outcome(const outcome& what, bool json);

} // namespace pmactor
