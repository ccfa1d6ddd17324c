// Reads what a record says of the host at its moment. Asks nothing that could wait for a disk.
#pragma once

#include "actors/black_box/box_host.hpp"

#include <filesystem>
#include <memory>

namespace pmactor {

/// Keeps what it opened. Used by one thread at a time.
class host_looker {
public:
  /// @param root the root of the file system, `/` but in tests.
  explicit host_looker(const std::filesystem::path& root = "/");
  ~host_looker();
  host_looker(const host_looker&) = delete;
  host_looker& operator=(const host_looker&) = delete;

  /// @returns all but the handlers.
  box_look look();

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Where the machine is going, by its service manager; unknown where there is none. Waits for its
/// answer, but not for longer than a quarter of a second.
box_course ask_course();

/// @returns a number that another build of this program has not; 0 if it cannot be read.
std::uint64_t own_program_mark();

} // namespace pmactor
