// Decides which lines of the kernel's log a record of the black box takes along: the newest of the
// last minute, but a warning before what is merely said. Pure; bounded, whatever is logged.
#pragma once

#include "actors/host/parse_kernel_record.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace pmactor {

class recent_kernel_lines {
public:
  static constexpr std::size_t most = 8;
  static constexpr std::size_t longest_line = 160;

  /// Lines of programs that write to the kernel's log are left out.
  void add(const kernel_line& x);

  /// @param now about the clock of the log.
  /// @returns them, the oldest first, clean, cut, each with how long ago it was: "nvme0: timeout (3
  /// s before)".
  std::vector<std::string> of_last_minute(std::chrono::nanoseconds now);

private:
  std::deque<kernel_line> lines_;
};

} // namespace pmactor
