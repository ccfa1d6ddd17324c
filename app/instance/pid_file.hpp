// The PID file: which process the daemon of these places is, locked by it for as long as it lives.
// What the file says is checked against what the kernel says of the lock and of the process, so
// that neither a reused pid, a stale file nor foreign bytes ever pass for a daemon. Parsing and
// judging are pure; looking and claiming deal with the host (pid_file_posix.cpp).
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/process_facts.hpp"
#include "app/instance/places.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

// ---- what a file says ------------------------------------------------------------------------

/// What a PID file holds: the pid, the kernel's start time and the boot id, a line each.
std::string format_pid_file(const process_identity& daemon);

struct parsed_pid_file {
  std::optional<process_identity> daemon;
  std::string problem; ///< Why there is none, e.g. "is empty".
};

/// Reads bytes that may be of any making. A pid of 1 or less is no daemon's: as the target of a signal
/// those mean init, the own group, or everybody.
parsed_pid_file parse_pid_file(std::string_view bytes);

// ---- what a look at it shows ------------------------------------------------------------------

/// What the kernel says about the file.
enum class pid_file_state : std::uint8_t {
  missing,
  free,       ///< A file of ours that no process holds.
  held,       ///< Locked by a process.
  unreadable, ///< There, but not to be trusted or not to be read; the trouble says why.
};

struct pid_file_look {
  std::filesystem::path file;
  pid_file_state state = pid_file_state::missing;
  std::string content;                ///< Bounded.
  std::string trouble;                ///< "is a folder"
  std::optional<std::int64_t> holder; ///< Of the lock; absent where the kernel does not say.
  std::optional<process_identity> living; ///< The holder's identity, else that of the process with
                                          ///< the pid that the file names.
};

enum class daemon_presence : std::uint8_t {
  running,
  dead, ///< A file was left behind by one that did not end in good order.
  not_running,
  unknown,
};

struct daemon_verdict {
  daemon_presence presence = daemon_presence::unknown;
  std::optional<process_identity> daemon; ///< Present if and only if it is running.
  std::string sentence; ///< For people, with its full stop. Escape it: it has a path.
  bool passes = false;  ///< A daemon that just starts or ends looks so for a moment.
};

daemon_verdict judge_pid_file(const pid_file_look& look);

std::string to_string(daemon_presence x); ///< "not running"

// ---- dealing with the host --------------------------------------------------------------------

/// Looks without taking, changing or creating anything.
pid_file_look look_at_pid_file(const std::filesystem::path& file);

/// Looks once for the daemon of these places, also for one that runs with another environment and
/// thus another runtime folder, or one whose PID file was removed: the lock in its data folder
/// names it too.
daemon_verdict look_for_daemon(const places& where);
/// As look_for_daemon(); what passes it looks at again, for up to two seconds.
daemon_verdict find_daemon(const places& where);

/// The claim to be the one daemon. Children do not inherit it.
class pid_file {
public:
  /// Locks the file, creating it (0600) if need be, and writes this process into it.
  /// @param by_name false leaves it empty: the holder is no daemon, and is never to be taken for
  /// one.
  /// @returns nullopt if another process holds it.
  /// @throws std::runtime_error, one sentence, if something else is in its place or it cannot be
  /// written.
  static std::optional<pid_file> claim(const std::filesystem::path& file, bool by_name = true);

  /// Takes the lock of a file that a dead daemon left behind, without writing into it.
  /// @returns nullopt if there is none, it is held, or it is none of ours.
  static std::optional<pid_file> adopt(const std::filesystem::path& file);

  pid_file(pid_file&&) noexcept = default;
  pid_file& operator=(pid_file&&) noexcept = default;
  ~pid_file(); ///< As remove(), then lets go of the lock.

  /// @returns whether the file that we hold is still where it was made.
  bool is_in_place() const;

  /// Removes the file if it is still the one that we hold. Only makes system calls, so it may be
  /// called from any thread of a process that ends by force.
  void remove() const noexcept;

private:
  pid_file(std::filesystem::path file, owned_descriptor fd)
    : file_(std::move(file)), fd_(std::move(fd)) {
  }
  std::filesystem::path file_;
  owned_descriptor fd_;
};

} // namespace pmactor
