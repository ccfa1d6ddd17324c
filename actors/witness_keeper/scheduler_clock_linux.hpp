// When a task last ran. The kernel keeps that by a clock of each CPU's own, and in a virtual machine that was restored
// two of them may differ by a good part of a second.
#pragma once

#include "actors/host/expendable_thread.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// For one thread at a time; never waits. An expendable thread visits the CPUs in turn in order to compare their clocks
/// with the awake one: at first use, and again once that is old.
class scheduler_clock {
public:
  scheduler_clock();

  /// @param folder of the process, "/proc/42". @param cpu the one on which it ran last.
  /// @returns when it last was on a CPU, on the awake clock. By the own CPU's clock where that one is not compared yet.
  /// Absent where the kernel is built without SCHED_DEBUG.
  std::optional<std::chrono::nanoseconds> last_ran(const std::string& folder, std::uint64_t cpu);

private:
  struct shared;
  std::shared_ptr<shared> shared_; // also the thread's
  expendable_job job_;
};

} // namespace pmactor
