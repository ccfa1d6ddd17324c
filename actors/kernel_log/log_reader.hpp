// Reads what was added to the kernel's log, for the KERNEL LOG. Tests put a stand-in in its place.
#pragma once

#include "actors/host/parse_kernel_record.hpp"
#include "actors/kernel_log/describe_counts.hpp"
#include "actors/kernel_log/device_reports.hpp"
#include "actors/kernel_log/program_log.hpp"
#include "actors/kernel_log/suspend_counts.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

/// What was added since the last look.
struct log_look {
  clock_sample at; ///< When it was read.
  std::vector<kernel_line> lines;
  std::uint64_t skipped = 0; ///< Lines that were not read: overwritten before, or too many at once.
};

class log_reader {
public:
  log_reader() = default;
  log_reader(const log_reader&) = delete;
  log_reader& operator=(const log_reader&) = delete;
  virtual ~log_reader() = default;

  /// Never waits, and takes no longer than some milliseconds whatever is logged: what is more than
  /// that is skipped and counted.
  virtual log_look read() = 0;
};

/// Begins at the end of the log. May return null, where the host has none.
/// @throws std::exception, one sentence, if the log cannot be read: what was tried, why it failed,
/// what to do.
using open_log = std::function<std::unique_ptr<log_reader>()>;

/// What the KERNEL LOG asks of the host.
struct kernel_log_host {
  open_log open; ///< Empty where there is no such log.
  /// Empty where the kernel does not count them.
  std::function<std::unique_ptr<suspend_reader>()> suspends;
  std::function<std::unique_ptr<program_log>()> programs; ///< May be empty, and may return null.
  std::function<kernel_counts()> counts; ///< May be empty. Asked where no log can be read.
  std::function<clock_sample()> clocks;  ///< Where the log cannot be read.
  /// In place of *programs* where the log cannot be read; may know its lines as well. The same.
  std::function<std::unique_ptr<program_log>()> follow{};
  std::function<std::unique_ptr<device_reports>()> devices{}; ///< The same.
};

/// @returns the counts of this host; costs some 100 µs.
kernel_counts read_kernel_counts();

/// The log of this host. Where it cannot be read at all, as on macOS, `open` is empty.
kernel_log_host host_kernel_log();

} // namespace pmactor
