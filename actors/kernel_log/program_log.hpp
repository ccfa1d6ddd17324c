// What the journal has for the KERNEL LOG: lines of programs that kill for lack of memory and of
// what puts the machine to sleep; of the kernel, where its own log cannot be read.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct program_line {
  std::chrono::nanoseconds wall{}; ///< When it was logged, on the wall clock.
  std::string text;                ///< "systemd-oomd[612]: Killed …". Foreign bytes.
  bool is_kernel = false;          ///< Then it has no name before it.
  friend bool operator==(const program_line&, const program_line&) = default;
};

/// @param line of `journalctl --output=short-unix`: "1700000000.123456 host systemd-oomd[612]:
/// Killed …".
std::optional<program_line> parse_journal_line(std::string_view line);

/// @param line of `pmset -g log`: "2020-08-29 08:11:59 +0800 Sleep  \tEntering Sleep state …".
/// @returns it as "pmset: Sleep: Entering Sleep state …"; nothing if it has no such time.
std::optional<program_line> parse_power_log_line(std::string_view line);

class program_log {
public:
  program_log() = default;
  program_log(const program_log&) = delete;
  program_log& operator=(const program_log&) = delete;
  virtual ~program_log() = default;

  /// Never waits. @returns what became known since the call before.
  virtual std::vector<program_line> read(const clock_sample& now) = 0;
  /// The machine slept from *began* on, and has woken. Never waits.
  virtual void ask_about_sleep(const clock_sample& /*began*/) {
  }
  /// @returns whether it has the lines of the kernel as well, as far as that is known by now.
  virtual bool has_kernel_lines() const {
    return false;
  }
  /// @returns how many lines were dropped so far, as there were too many at once.
  virtual std::uint64_t skipped() {
    return 0;
  }
};

/// Asks macOS after a sleep why it was: `pmset -g log`, which is large and slow, and so is run for sleeps that lasted,
/// not for each short wake of the night.
/// @param tool the path of pmset, or of what a test has in its place.
std::unique_ptr<program_log> open_power_log(std::string tool);

} // namespace pmactor
