// Reads what the kernel says about one process or thread: the texts of /proc/PID/stat, schedstat, io,
// cgroup and wchan. A process names itself, with any bytes it likes; everything here is bounded and copies
// nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// One line of /proc/PID/stat, as far as it is used.
struct process_stat {
  std::int64_t pid = 0;
  std::string_view name; ///< Raw bytes, a view into the parsed text.
  char state = '?';      ///< R, S, D, Z, T, t, I, …
  std::int64_t parent = 0;
  std::uint64_t reaped_faults =
    0; ///< Minor faults of the children that it reaped: grows with each of them.
  std::uint64_t major_faults = 0;
  std::uint64_t user_ticks = 0;   ///< All threads, dead ones too; 1/sysconf(_SC_CLK_TCK) s.
  std::uint64_t system_ticks = 0; ///< Likewise.
  std::uint64_t reaped_user_ticks = 0;   ///< Of the children that it waited for.
  std::uint64_t reaped_system_ticks = 0; ///< Likewise.
  std::uint64_t threads = 0;
  std::uint64_t started_ticks = 0;  ///< Since boot, on the clock that counts suspend.
  std::uint64_t virtual_bytes = 0;  ///< 0: it has no memory of its own (kernel thread, zombie).
  std::uint64_t resident_pages = 0;
};

/// @returns the fields, found from the last `)`, as the name before it may hold `) R 1 (` or a newline;
/// nothing if the line is cut or is no such line.
std::optional<process_stat> parse_process_stat(std::string_view line);

/// @returns the CPU on which the main thread ran last, of the same line; absent if it is cut before.
std::optional<std::uint64_t> parse_last_cpu(std::string_view line);

/// One line of /proc/PID/schedstat: the main thread alone, to the nanosecond.
struct run_clock {
  std::uint64_t run_ns = 0; ///< Time on a CPU.
  std::uint64_t slices = 0; ///< How often it was put on one.
  std::uint64_t wait_ns = 0; ///< Time ready to run and not on one.
  friend bool operator==(const run_clock&, const run_clock&) = default;
};

/// @returns nothing also for `0 0 0`, which a kernel prints that does not keep these counters.
std::optional<run_clock> parse_schedstat(std::string_view line);

/// /proc/PID/io: what went to and came from storage, the whole process and, of all their lives, the
/// children that it has reaped. /proc/PID/task/TID/io has the same form and is of one thread alone.
struct process_io {
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  friend bool operator==(const process_io&, const process_io&) = default;
};

std::optional<process_io> parse_process_io(std::string_view text);

/// One line of /proc/PID/cgroup, "4:cpu,cpuacct:/path". Views into it.
struct group_membership {
  std::string_view
    controllers; ///< Between commas; empty for version 2, "name=systemd" for a tree without any.
  std::string_view path;
};

/// @returns nothing for a line that makes no sense.
std::optional<group_membership> parse_membership(std::string_view line);

/// @returns the path of the process in the cgroup tree that services and sessions live in: version 2's,
/// or systemd's named tree where version 2 holds nothing but its root, or else the longest of the others,
/// which is a container's; empty if there is none.
std::string_view find_cgroup(std::string_view text);

/// @returns the kernel's function of /proc/PID/wchan; empty for `0`, which it prints for a task that does
/// not wait and for a reader that may not know, and for what is no name.
std::string_view find_wait(std::string_view text);

} // namespace pmactor
