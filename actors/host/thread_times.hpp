// How long the calling thread ran and how long it waited for a CPU, as the kernel counts it: one read of a file that
// stays open.
#pragma once

#include <chrono>
#include <optional>

namespace pmactor {

struct thread_times {
  std::chrono::nanoseconds ran{};   ///< On a CPU, since the thread began.
  std::chrono::nanoseconds ready{}; ///< Ready to run and not on a CPU.
  friend bool operator==(const thread_times&, const thread_times&) = default;
};

/// @returns nothing where the kernel does not count it.
std::optional<thread_times> own_thread_times();

} // namespace pmactor
