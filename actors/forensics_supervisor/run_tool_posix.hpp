// Runs a tool of the system for its output: in a process group of its own, with a bound on what it may
// write, ended with all it started whatever it does, and reaped.
#pragma once

#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "actors/host/owned_pipe.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace pmactor {

/// By which another thread ends a tool. Outlives the run.
class cancellation {
public:
  cancellation();
  ~cancellation();
  cancellation(const cancellation&) = delete;
  cancellation& operator=(const cancellation&) = delete;

  /// Asks the tool to end, and ends it half a second later.
  void stop();
  /// Kills it now; never waits.
  void kill();
  bool is_pulled() const;

private:
  friend class tool_run;
  mutable std::mutex mutex_;
  pid_t group_ = -1; ///< Of the running tool; its number is ours until it is reaped.
  bool stopped_ = false, killed_ = false;
  owned_pipe wake_;
};

struct tool_end {
  bool started = false;
  int exit_code = -1; ///< -1 if a signal ended it.
  int signal = 0;
  bool cut = false;   ///< It wrote more than it may, and was ended.
  bool unfinished = false; ///< It cannot be killed, and was left to itself.
  std::string words;  ///< The last of its standard error.
  std::chrono::nanoseconds cpu{}; ///< Of all its processes that were waited for.
  std::string problem; ///< Why it could not be run; or writing failed.
};

/// @param command its first word is a program's path; nothing is looked up, no shell is asked.
/// @param most_bytes of its output, and of any file that it writes.
/// @param longest after which the kernel ends it (SIGALRM), rounded up to seconds: the last resort where who
/// runs it is gone, so longer than it is to be waited for. Positive.
/// @param output called with its standard output as it comes; what it throws ends the tool.
/// @param grown called now and then, for a tool that writes a file itself: @returns its size.
tool_end run_tool(const std::vector<std::string>& command, std::uint64_t most_bytes,
                  std::chrono::nanoseconds longest, cancellation& leash,
                  const std::function<void(std::string_view)>& output,
                  const std::function<std::uint64_t()>& grown = {});

/// @returns the path of a program in the system's own folders or in PATH; empty if there is none.
std::string find_program(const std::string& name);

} // namespace pmactor
