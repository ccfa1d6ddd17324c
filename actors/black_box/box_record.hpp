// What a record of the black box says: the last moments of the machine as values, so that the next
// start can decide how it ended. Absent is what was not known. Texts are foreign bytes, bounded when
// they are encoded.
#pragma once

#include "messages/pause.hpp"
#include "messages/sample.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Names one run of the daemon: a pid alone is given to another process sooner or later.
struct box_run {
  std::int64_t pid = 0;
  std::uint64_t start = 0; ///< As in process_identity.
  std::string boot_id;     ///< Of the boot it was started in; empty if unknown.
  friend bool operator==(const box_run&, const box_run&) = default;
};

/// One second, as an event shows it later. Units as in system_sample.
struct box_second {
  std::chrono::nanoseconds awake{}, wall{};
  std::optional<double> cpu_pct, load1, mem_available, swap_used, io_read, io_write, psi_cpu_some,
    psi_mem_some, psi_mem_full, psi_io_some, psi_io_full, cpu_temp_c;
  stress_score stress;
  std::optional<bool> throttled;
  friend bool operator==(const box_second&, const box_second&) = default;
};

/// A disk that had requests in flight.
struct box_disk {
  std::string name;
  std::uint64_t in_flight = 0;
  friend bool operator==(const box_disk&, const box_disk&) = default;
};

/// A stall in progress.
struct box_stall {
  stall_resource resource = stall_resource::task;
  std::string name;                 ///< As in stall_facts.
  std::chrono::nanoseconds since{}; ///< On the awake clock.
  friend bool operator==(const box_stall&, const box_stall&) = default;
};

/// What an actor was doing.
struct box_handler {
  std::string actor, message;       ///< The type of the message in hand.
  std::chrono::nanoseconds since{}; ///< For how long.
  friend bool operator==(const box_handler&, const box_handler&) = default;
};

/// The books that a drive keeps of its own life.
struct drive_counters {
  std::string name; ///< Model and serial number: kernel names change from boot to boot.
  std::optional<std::uint64_t> cycles; ///< Times that it was given power.
  std::optional<std::uint64_t> unsafe; ///< Times that power went without a warning.
  friend bool operator==(const drive_counters&, const drive_counters&) = default;
};

/// Where the machine was going when the daemon was ended in good order.
enum class box_course : std::uint8_t {
  unknown,   ///< There is no source for it.
  stays_up,  ///< The service manager had no such job.
  goes_down, ///< It is being switched off.
  restarts,  ///< It is being restarted.
};

/// The clean marker: the run ended as it was asked to, or gave up.
struct box_end {
  bool failed = false; ///< The daemon gave up by itself; *words* say why.
  std::string words;   ///< E.g. "SIGTERM".
  box_course course = box_course::unknown;
  bool is_lossy = false; ///< Rows could neither be stored nor kept: no end in good order.
  friend bool operator==(const box_end&, const box_end&) = default;
};

/// An outage that was found and whose storing is not acknowledged yet: it goes with each record
/// until it is.
struct box_debt {
  event_id id;
  std::chrono::nanoseconds started{}, ended{}, duration{}, uncertainty{};
  confidence sure = confidence::low;
  std::vector<std::string> evidence;
  std::string facts; ///< As in pause_event.
  friend bool operator==(const box_debt&, const box_debt&) = default;
};

/// What a record says of its moment beside the seconds before it.
struct box_record {
  std::uint64_t sequence = 0; ///< Counts the records of a ring, from 1; given when it is written.
  box_run run;
  std::string version;       ///< Of the program.
  std::uint64_t program = 0; ///< Identifies the build; 0 if unknown.
  clock_sample at;
  std::optional<std::uint64_t> cores;
  std::optional<double> mem_total; ///< Bytes.
  /// The newest last. All since the record before, but where they are too many.
  std::vector<box_second> seconds;
  std::vector<box_disk> disks;
  std::vector<box_stall> stalls;
  std::vector<process_sample> processes;        ///< The busiest.
  std::vector<box_handler> handlers;            ///< What pmactor itself was doing.
  std::optional<std::uint64_t> oom_kills;       ///< Of the machine since its boot.
  std::optional<std::uint64_t> group_oom_kills; ///< Of the daemon's own control group.
  std::optional<double> battery_pct;
  std::optional<bool> on_battery;
  std::vector<drive_counters> drives;
  std::vector<std::string> kernel_lines; ///< Of the last minute, the newest last.
  bool has_memory_copy = false; ///< The same bytes went to memory that a reset leaves alone.
  std::optional<box_end> end;
  std::vector<box_debt> debts; ///< The newest first.
  friend bool operator==(const box_record&, const box_record&) = default;
};

} // namespace pmactor
