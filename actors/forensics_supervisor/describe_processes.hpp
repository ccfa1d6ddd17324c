// Describes the processes of a Linux machine: the files of an event that list them, with their
// stacks and command lines, and which of them are worth a sentence. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct captured_process {
  std::int64_t pid = 0, parent = 0;
  std::optional<std::uint32_t> uid;
  std::string name; ///< Foreign bytes.
  char state = '?';
  double cpu = 0;                                    ///< Seconds since its start.
  std::uint64_t start_ticks = 0;                     ///< Since boot; with the pid its identity.
  std::uint64_t threads = 0, faults = 0, memory = 0; ///< Major faults; resident bytes.
  std::optional<std::uint64_t> read, written;        ///< Bytes since its start.
  std::string group, waits_in; ///< Its cgroup; the kernel's function in which it sleeps.
  std::optional<double> cpu_pct, read_rate,
    write_rate; ///< Over the moment after the event, per second.
};

struct process_units {
  double ticks = 100; ///< A second.
  double page = 4096; ///< Bytes.
  double booted = 0;  ///< Unix seconds.
};

/// The numbers of processes as /proc lists them, the lowest first. Of too many the lowest fall off: most of those have
/// run for long, and what makes trouble with so many processes is among the last that were made.
class newest_numbers {
public:
  explicit newest_numbers(std::size_t most) : most_{most} {
  }
  void add(std::int64_t number);
  const std::deque<std::int64_t>& get() const {
    return numbers_;
  }
  /// @returns a sentence about those that fell off; empty if none did.
  std::string remark() const;

private:
  std::size_t most_;
  std::deque<std::int64_t> numbers_;
  std::size_t left_out_ = 0;
};

/// @param stat the text of /proc/PID/stat. @returns what it says; nothing if it is no such text.
std::optional<captured_process> captured(std::string_view stat, const process_units& units);

std::string processes_json(const std::vector<captured_process>& all, const process_units& units,
                           std::chrono::nanoseconds moment);
/// @param own_pid of the daemon, whose own work on the capture is no finding; nor is that its processes wait for a
/// device, also one that an earlier daemon left behind.
std::vector<finding> find_in_processes(const std::vector<captured_process>& all,
                                       std::int64_t own_pid);

/// A task in D, with what the kernel is doing for it.
struct captured_task {
  std::int64_t pid = 0, tid = 0;
  std::string name, waits_in, stack;
  std::int64_t parent = 0; ///< Of its process.
};
std::string stacks_text(const std::vector<captured_task>& tasks, const std::string& remark);
/// @param own_pid as in find_in_processes().
std::vector<finding> find_in_stacks(const std::vector<captured_task>& tasks, std::int64_t own_pid);

struct command_line {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string words; ///< As /proc/PID/cmdline has it: NUL between two.
};
/// @returns them without what looks like a secret.
std::string command_lines_json(const std::vector<command_line>& all);

} // namespace pmactor
