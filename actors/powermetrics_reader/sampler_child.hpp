// The sampler child as the POWERMETRICS READER knows it: something that was started, writes, can be
// signalled, and ends. Tests put a scripted one in its place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

class child_output;

/// How a process ended.
struct child_end {
  bool by_signal = false;
  int number = 0; ///< Of the signal, or the exit code, or the errno.
  bool not_started = false; ///< It never became the program.
  friend bool operator==(const child_end&, const child_end&) = default;
};
/// @returns "ended with exit code 1", "was killed by signal 9", "could not be started (…)".
std::string to_string(const child_end& x);

/// A child that was started. Its destructor ends it at once, by force, and waits for at most about 100 ms.
class sampler_child {
public:
  sampler_child() = default;
  sampler_child(const sampler_child&) = delete;
  sampler_child& operator=(const sampler_child&) = delete;
  virtual ~sampler_child() = default;

  /// @returns 0 until it has started.
  virtual std::int64_t pid() const = 0;
  /// Asks it to end; also when it is stopped. Never waits. Its output reports its end.
  virtual void terminate() = 0;
  /// As terminate(), but it cannot refuse.
  virtual void kill() = 0;
};

/// Starts a command whose bytes go to this output, on a thread of the child's own; the output reports when it
/// has started, or why it could not be. Never waits, even for a program on a disk that does not answer.
/// @throws std::system_error if there is no thread to be had.
using child_starter = std::function<std::unique_ptr<sampler_child>(
  const std::vector<std::string>& command, std::shared_ptr<child_output> output)>;

} // namespace pmactor
