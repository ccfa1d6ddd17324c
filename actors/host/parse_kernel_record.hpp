// A record of the kernel's log as /dev/kmsg gives it: "6,339,5140900000,-;text". Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

struct kernel_line {
  /// On the clock of the log: about the awake clock, but no one corrects it, so that it drifts from
  /// that.
  std::chrono::nanoseconds at{};
  std::uint64_t sequence = 0; ///< Counts all lines since the boot; a gap is what was overwritten.
  int priority = 6;           ///< 0 is an emergency, 7 for debugging.
  /// 0 is the kernel itself, which gives every program that writes to its log another one.
  int facility = 0;
  std::string text; ///< Foreign bytes, as they were logged; cut.
  friend bool operator==(const kernel_line&, const kernel_line&) = default;
};

/// @returns a record of /dev/kmsg; nullopt if it is none.
std::optional<kernel_line> parse_kernel_record(std::string_view record);

} // namespace pmactor
