// Decides how what Linux tells of its processes, its pressure, its counters, its log and its mounts becomes
// a file of an event's folder, and what in it is worth a sentence. Pure: texts in, texts out. What is
// foreign is bounded and escaped here.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Something that is worth a sentence.
struct finding {
  int weight = 0; ///< The most telling have the most; 100 is as good as a verdict.
  std::string text;
  friend bool operator==(const finding&, const finding&) = default;
};

// ---- processes

struct captured_process {
  std::int64_t pid = 0, parent = 0;
  std::optional<std::uint32_t> uid;
  std::string name; ///< Foreign bytes.
  char state = '?';
  double cpu = 0;                    ///< Seconds since its start.
  std::uint64_t start_ticks = 0;     ///< Since boot; with the pid its identity.
  std::uint64_t threads = 0, faults = 0, memory = 0; ///< Major faults; resident bytes.
  std::optional<std::uint64_t> read, written;        ///< Bytes since its start.
  std::string group, waits_in;       ///< Its cgroup; the kernel's function in which it sleeps.
  std::optional<double> cpu_pct, read_rate, write_rate; ///< Over the moment after the event, per second.
};

struct process_units {
  double ticks = 100;  ///< A second.
  double page = 4096;  ///< Bytes.
  double booted = 0;   ///< Unix seconds.
};

/// Fills in what /proc/PID/stat tells. @returns false if it is none.
bool parse_stat(std::string_view text, const process_units& units, captured_process& x);
/// Fills in what /proc/PID/io tells.
void parse_io(std::string_view text, captured_process& x);
/// @returns the path of /proc/PID/cgroup: of the unified hierarchy, or else the longest one.
std::string parse_group(std::string_view text);

std::string processes_json(const std::vector<captured_process>& all, const process_units& units,
                           std::chrono::nanoseconds moment);
/// @param own_pid of the daemon, whose own work on the capture tells nothing.
std::vector<finding> find_in_processes(const std::vector<captured_process>& all, std::int64_t own_pid);

/// A task in D, with what the kernel is doing for it.
struct captured_task {
  std::int64_t pid = 0, tid = 0;
  std::string name, waits_in, stack;
};
std::string stacks_text(const std::vector<captured_task>& tasks, const std::string& remark);
/// @param own_pid as in find_in_processes().
std::vector<finding> find_in_stacks(const std::vector<captured_task>& tasks, std::int64_t own_pid);

struct command_line {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string words; ///< As /proc/PID/cmdline has it: NUL between two.
};
std::string command_lines_json(const std::vector<command_line>& all);

// ---- pressure

struct pressure_line {
  double avg10 = 0;        ///< Share of the last ten seconds, 0–100.
  std::uint64_t total = 0; ///< Microseconds.
};
struct captured_pressure {
  std::string group; ///< Empty is the machine.
  std::string resource;
  std::optional<pressure_line> some, full;
};
/// @returns what the text of a pressure file tells.
captured_pressure parse_pressure(std::string_view text, std::string group, std::string resource);
std::string pressure_json(const std::vector<captured_pressure>& all);
std::vector<finding> find_in_pressure(const std::vector<captured_pressure>& all);

// ---- counters across the gap

/// /proc/vmstat and /proc/diskstats as they were at some time.
struct counter_snapshot {
  clock_sample at;
  std::string memory, disks;
};
/// @returns the newest snapshot that was taken before the gap began; null if none was.
const counter_snapshot* snapshot_before(const std::vector<counter_snapshot>& kept,
                                        const clock_sample& gap_begins);

std::string counters_json(const counter_snapshot& before, const counter_snapshot& after);
std::vector<finding> find_in_counters(const counter_snapshot& before, const counter_snapshot& after);

// ---- the kernel's log

struct kernel_line {
  std::chrono::nanoseconds at{}; ///< On the awake clock.
  int priority = 6;
  std::string text;
};
/// @returns a record of /dev/kmsg; nullopt if it is none.
std::optional<kernel_line> parse_kernel_record(std::string_view record);
/// @returns the lines with their times on the wall clock, in UTC.
std::string kernel_log_text(const std::vector<kernel_line>& lines, const clock_sample& now);
std::vector<finding> find_in_kernel_log(const std::vector<kernel_line>& lines);

// ---- mounts

struct captured_mount {
  std::string source, target, type;
  std::optional<std::uint64_t> size, free, available; ///< Bytes; absent if it was not asked or did not tell.
  std::optional<std::uint64_t> files, files_free;
  std::string problem;
};
/// @returns the mounts of /proc/self/mountinfo, 256 at most, without those of the kernel's own.
std::vector<captured_mount> parse_mounts(std::string_view text);
/// @returns whether asking it may wait for somebody else: a server, a program.
bool is_remote(const captured_mount& x);
std::string mounts_json(const std::vector<captured_mount>& all);
std::vector<finding> find_in_mounts(const std::vector<captured_mount>& all);

} // namespace pmactor
