// What the kernel counts of suspends, for the KERNEL LOG.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What may wake the machine.
struct wakeup_source {
  std::string id;            ///< Names it among all: "wakeup12".
  std::string name;          ///< "rtc_cmos", "PNP0C0D:00", "0000:00:14.0". Foreign bytes.
  std::uint64_t wakeups = 0; ///< How often it ended or refused a suspend.
  std::uint64_t events = 0;  ///< How often it had something to report.
  friend bool operator==(const wakeup_source&, const wakeup_source&) = default;
};

/// What is not known is absent or empty.
struct suspend_counts {
  std::optional<std::uint64_t> success, fail;
  std::string failed_device, failed_step; ///< Of the last one that failed. Foreign bytes.
  std::optional<std::int64_t> failed_errno;
  std::optional<std::chrono::nanoseconds>
    hardware_sleep;               ///< Of the last one: in the deepest state.
  std::string woken_by_interrupt; ///< "9 (acpi)"; of the last one. Foreign bytes.
  std::vector<wakeup_source> sources;
  friend bool operator==(const suspend_counts&, const suspend_counts&) = default;
};

class suspend_reader {
public:
  suspend_reader() = default;
  suspend_reader(const suspend_reader&) = delete;
  suspend_reader& operator=(const suspend_reader&) = delete;
  virtual ~suspend_reader() = default;

  /// @returns the two counts alone; costs two system calls.
  virtual suspend_counts count() = 0;
  /// @returns all of it; costs some milliseconds.
  virtual suspend_counts read() = 0;
};

} // namespace pmactor
