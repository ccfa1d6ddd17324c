// How long an ordinary thread was ready to run and did not.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace pmactor {

/// For one thread: that which makes it.
class run_queue_clock {
public:
  run_queue_clock();
  ~run_queue_clock();

  /// @returns how long its thread has waited in a run queue in all; absent if the kernel does not say. On macOS
  /// that of all threads of the process: its own waited no longer.
  std::optional<std::chrono::nanoseconds> read() const;

private:
  struct source;
  std::unique_ptr<source> source_;
};

/// @returns how long a process of one thread has waited in a run queue in all, also of one that has ended and is not
/// reaped; absent if the kernel does not say.
std::optional<std::chrono::nanoseconds> run_queue_wait_of(std::int64_t process);

/// @returns the time waited between two readings; zero if one is absent.
inline std::chrono::nanoseconds waited_between(std::optional<std::chrono::nanoseconds> before,
                                               std::optional<std::chrono::nanoseconds> after) {
  return before && after ? *after - *before : std::chrono::nanoseconds{};
}

} // namespace pmactor
