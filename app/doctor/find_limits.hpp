// Decides what limits pmactor on this machine, how much each thing matters, and the one command that mends it. Pure.
#pragma once

#include "actors/supervision/judge_health.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// What the kernel lets a process do beyond a user's own rights, of what the daemon can use.
struct process_rights {
  bool sees_processes = false;  ///< Of all users: their I/O, their stacks.
  bool reads_kernel_log = false;
  bool watches_scheduler = false;
  bool raises_priority = false; ///< Its beat before those of others.
  bool locks_memory = false;    ///< Its memory stays in RAM.
};

/// What does not work of the daemon, as the health page has it.
struct degraded_part {
  std::string actor{};   ///< "notifier"; empty of the process itself.
  std::string what{};    ///< A sentence or more.
  std::string setting{}; ///< The key of the setting whose target that is; empty if there is none.
  friend bool operator==(const degraded_part&, const degraded_part&) = default;
};

/// What was found out about this machine and the daemon. What could not be, is absent or empty.
struct doctor_facts {
  health_state state = health_state::unknown;
  std::string headline;                 ///< Of `inspect`.
  std::int64_t daemon = 0;              ///< Its process; 0 if none runs.
  bool is_halted_by_signal = false;     ///< Of one that is stopped: SIGCONT lets it go on.
  bool is_of_other_user = false;        ///< The daemon is, so that only root may signal it.
  bool is_root = false, has_sudo = true; ///< What asks: its commands for root need sudo, or su.
  std::string user;                     ///< The daemon's, or, if none runs, this one: its number.
  std::string textfile;                 ///< Where metrics are written; empty if nowhere.
  std::string absence;                  ///< Why a daemon may be there that cannot be seen.
  std::vector<degraded_part> degraded;
  std::vector<std::string> settings_problems;
  std::string history_trouble;          ///< Why the history cannot be read.
  std::string data_folder;
  bool is_linux = true;
  bool has_systemd = true;
  bool is_system_service = false;       ///< It is installed for the whole machine.
  bool is_user_service = false;
  std::optional<process_rights> rights; ///< Of the daemon, or, if none runs, of this user.
  bool recorder_is_refused = false;     ///< The running daemon's record of which task is on each CPU is.
  std::string recorder_lacks;           ///< What it does not record, and why.
  std::string recorder_command;         ///< What mends that; empty if no command is known to.
  std::string not_counted;              ///< By this host, of what the CLOCK SAMPLER reads.
  /// The kernel shows that to CAP_SYS_ADMIN alone, whatever rights the daemon has
  /// (kernel.perf_event_paranoid above 2).
  bool perf_is_restricted = false;
  std::optional<bool> has_pressure;     ///< The kernel counts who waits for what (PSI).
  bool is_container = false;            ///< It sees no processes but those of its own container.
  std::string container_engine = "docker"; ///< What started that container.
  bool has_journal = true, has_notify_send = true, wants_desktop = false;
  std::optional<bool> clock_is_right;   ///< It is kept right by others.
  bool has_rtc = true;                  ///< There is a clock that runs while the machine is off.
  std::optional<std::uint64_t> free_bytes, disk_bytes; ///< Of the data folder's disk.
  bool folder_is_open = false;          ///< Others may read the data folder.
  std::size_t damaged_copies = 0;       ///< Of the history, kept aside.
  std::vector<std::string> jobs_off;
};

enum class limit_weight : std::uint8_t {
  blind, ///< Nothing is found, or nothing is kept.
  weak,  ///< Less is found, or not who did it.
  minor, ///< Worth knowing.
};
std::string to_string(limit_weight x);

/// One thing that limits it.
struct machine_limit {
  limit_weight weight = limit_weight::minor;
  std::string about;    ///< A word for programs: "pressure".
  std::string sentence; ///< May hold foreign bytes.
  std::string command;  ///< That mends it; empty if none does.
  friend bool operator==(const machine_limit&, const machine_limit&) = default;
};

/// Adds what the health page says of the daemon and its actors.
void add_health(doctor_facts& x, const health_report& report);

/// @returns all that limits it, the weightiest first.
std::vector<machine_limit> find_limits(const doctor_facts& x);

} // namespace pmactor
