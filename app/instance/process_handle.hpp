// A grip on one process: a signal sent by it never reaches another that was given the same pid. On
// Linux a pidfd; on macOS, which has none, the process is watched and compared once more before
// each signal.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/process_facts.hpp"

#include <chrono>
#include <optional>

namespace pmactor {

/// Move only.
class process_handle {
public:
  /// @returns nullopt if no such process lives: not with this pid, this start and in this boot.
  /// @throws std::system_error if the system does not let us hold it.
  static std::optional<process_handle> open(const process_identity& process);

  /// @returns 0, ESRCH if it has ended, EPERM if it is not ours to signal.
  int send(int signal) const;

  /// Waits until the process has ended, or so long.
  /// @returns whether it has.
  bool ends_within(std::chrono::milliseconds patience) const;

private:
  process_handle(process_identity process, int fd) : process_(std::move(process)), fd_(fd) {
  }
  process_identity process_;
  owned_descriptor fd_;
};

} // namespace pmactor
