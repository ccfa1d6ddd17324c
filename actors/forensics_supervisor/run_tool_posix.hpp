// Runs a tool of the system for its output, with a bound on what it may write.
#pragma once

#include "actors/host/run_process.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct tool_end {
  bool started = false;
  int exit_code = -1;      ///< -1 if it did not end by itself.
  int signal = 0;          ///< That ended it; 0 for none.
  bool cut = false;        ///< It wrote more than it may, and was ended.
  bool unfinished = false; ///< It cannot be killed, and was left to itself.
  std::string words;       ///< The last of its standard error.
  std::chrono::nanoseconds cpu{}; ///< Of all its processes that were waited for.
  std::string problem;            ///< Why it could not be run; or writing failed.
};

/// Waits for its end.
/// @param command its first word is a program's path; nothing is looked up, no shell is asked.
/// @param most_bytes of its output, and of any file that it writes.
/// @param longest after which the kernel ends it (SIGALRM), rounded up to seconds: the last resort where the
/// daemon is gone, so longer than the tool is to be waited for. Positive.
/// @param output called with its standard output as it comes; what it throws ends the tool.
/// @param grown called now and then, for a tool that writes a file itself: @returns its size.
tool_end run_tool(const std::vector<std::string>& command, std::uint64_t most_bytes,
                  std::chrono::nanoseconds longest, cancellation& cancel,
                  const std::function<void(std::string_view)>& output,
                  const std::function<std::uint64_t()>& grown = {});

} // namespace pmactor
