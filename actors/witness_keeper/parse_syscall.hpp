// Reads /proc/PID/syscall. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// A call into the kernel that lasts.
struct kernel_call {
  std::uint64_t number = 0;   ///< Of the architecture.
  std::uint64_t argument = 0; ///< The first one.
};

/// @returns nothing for a process that runs, or whose call is not known.
std::optional<kernel_call> parse_syscall(std::string_view text);

} // namespace pmactor
