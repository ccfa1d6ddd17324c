// Reads what a record says of the host at its moment. Asks nothing that could wait for a disk.
#pragma once

#include "actors/black_box/box_host.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace pmactor {

/// Keeps what it opened. Used by one thread at a time.
class host_looker {
public:
  /// @param root the root of the file system, `/` but in tests.
  explicit host_looker(const std::filesystem::path& root = "/");
  ~host_looker();
  host_looker(const host_looker&) = delete;
  host_looker& operator=(const host_looker&) = delete;

  /// @returns all but the handlers and the power.
  box_look look();

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// What feeds the machine. Absent is what cannot be read.
struct power_look {
  std::optional<double> battery_pct;
  std::optional<bool> on_battery;
};

/// Asks the batteries. Their controller may take tens of milliseconds to answer: not for a thread
/// that anything waits for.
class power_looker {
public:
  explicit power_looker(const std::filesystem::path& root = "/");
  ~power_looker();
  power_looker(const power_looker&) = delete;
  power_looker& operator=(const power_looker&) = delete;

  power_look look();

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// @returns whether the network has set the clock, as far as can be seen: where the kernel must not
/// be asked, by systemd's own service. Linux alone.
bool is_clock_synchronised(const std::filesystem::path& root = "/");

/// Has a file system that copies on write (btrfs) write this file where it is: else each record would
/// get a new place, which is written down as well. It can be asked of an empty file alone; other
/// file systems refuse, and need not be asked.
void keep_in_place(int fd);

/// Drops what is cached of a file that has no unwritten bytes. Linux caches a file in pieces as large
/// as it was read and written in, and counts a whole piece as written for each page of it that is: a
/// megabyte for a record of four kilobytes. What is cached again is as small as each write.
void drop_cached(int fd);

/// Where the machine is going, by its service manager; unknown where there is none. Waits for its
/// answer, but not for longer than a quarter of a second.
box_course ask_course();

/// @returns a number that another build of this program has not; 0 if it cannot be read.
std::uint64_t own_program_mark();

} // namespace pmactor
