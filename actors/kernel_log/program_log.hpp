// What programs that kill for lack of memory log in the journal, for the KERNEL LOG.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct program_line {
  std::chrono::nanoseconds wall{}; ///< When it was logged, on the wall clock.
  std::string text;                ///< "systemd-oomd[612]: Killed …". Foreign bytes.
  friend bool operator==(const program_line&, const program_line&) = default;
};

/// @param line of `journalctl --output=short-unix`: "1700000000.123456 host systemd-oomd[612]:
/// Killed …".
std::optional<program_line> parse_journal_line(std::string_view line);

class program_log {
public:
  program_log() = default;
  program_log(const program_log&) = delete;
  program_log& operator=(const program_log&) = delete;
  virtual ~program_log() = default;

  /// Never waits. @returns what became known since the call before.
  virtual std::vector<program_line> read(const clock_sample& now) = 0;
};

} // namespace pmactor
