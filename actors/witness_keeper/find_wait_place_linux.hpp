// Finds the file system and the disk that a blocked process waits for, by the file that its call is about.
#pragma once

#include "actors/host/expendable_thread.hpp"
#include "actors/witness_keeper/watch_blocked.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace pmactor {

/// For one thread at a time; never waits. What it reads of a blocked process may hang as well, so an expendable
/// thread does it, one process at a time: if that hangs, no further places are found until it goes on.
class place_finder {
public:
  place_finder();

  /// @param since when the process began to wait, which distinguishes this wait from earlier ones.
  /// @returns what is known by now; empty if nothing is. Asks for it if that was not done yet.
  wait_place of(std::int64_t pid, std::chrono::nanoseconds since);

private:
  struct shared;
  std::shared_ptr<shared> shared_; // also the thread's
  expendable_job job_;
};

} // namespace pmactor
