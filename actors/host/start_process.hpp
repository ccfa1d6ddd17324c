// Starts a process. The one place that decides what a process inherits of this one: its descriptors,
// signals, priorities, limits, group, folder, environment and account are those of its order, whatever
// those of the daemon are.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// An account to run as. Only root can choose one.
struct other_user {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
};

struct process_order {
  /// With which others it is signalled.
  enum class company : std::uint8_t {
    own_group,   ///< With all that it starts.
    own_session, ///< Likewise, and it has no terminal.
    ours,        ///< With us, in the foreground of our terminal.
  };
  enum class rank : std::uint8_t {
    ordinary, ///< That of any program, whatever raises, protects or lowers us.
    ours,     ///< It is a part of us.
    yielding, ///< Ordinary, and all others go first.
  };
  static constexpr int nothing = -1; ///< /dev/null, or for *fourth* no descriptor.

  std::vector<std::string> command; ///< The program and its arguments. No shell.
  /// What a copy of this process does instead, and then ends: what may hang for ever and needs no program. It calls
  /// only what is safe after a fork of a program with threads.
  void (*work)(const void* about) = nullptr;
  const void* about = nullptr;
  std::string path;                     ///< Where a program without a slash is looked for: folders, ':' between.
  std::vector<std::string> environment; ///< All of it: "NAME=value".
  int in = nothing, out = nothing, err = nothing; ///< What it has as 0, 1 and 2.
  int fourth = nothing;                           ///< What it has as 3. It has no others.
  company with = company::own_group;
  rank as_a = rank::ordinary;
  std::optional<other_user> as;
  std::string folder = "/";            ///< Where it works; empty for where we do.
  std::optional<mode_t> mask = 0077;   ///< Its umask; nothing for ours.
  std::vector<std::string> groups;     ///< Files to write a pid to: the control groups that it enters.
  bool ends_with_us = false;           ///< It is killed when the thread that starts it ends (Linux).
  std::chrono::seconds alarm{};        ///< After which the kernel ends it by SIGALRM, if not 0.
  std::optional<std::uint64_t> most_file_bytes; ///< No file that it writes gets longer.
  bool leaves_core = true;                      ///< When it crashes.
};

/// How a process ended.
struct process_exit {
  enum class how : std::uint8_t {
    exited,      ///< *number* is its exit code.
    killed,      ///< *number* is the signal.
    not_started, ///< *number* is the errno.
    left_behind, ///< It did not end even by force, and is reaped when it does.
  };
  how what = how::exited;
  int number = 0;
  std::chrono::nanoseconds cpu{}; ///< Of it and all that it has waited for.
};

/// A process that was started, from fork() until it is reaped. Used by one thread, but for signal().
class running_process {
public:
  /// Returns at once, even when the program lies on a disk that does not answer.
  /// @throws std::system_error if there is no process to be had.
  explicit running_process(const process_order& order);
  /// Kills it if it is not reaped; it is then reaped by and by.
  ~running_process();
  running_process(const running_process&) = delete;
  running_process& operator=(const running_process&) = delete;

  pid_t pid() const {
    return pid_;
  }
  /// Readable once is_begun() has its answer; negative after it gave it.
  int begun_fd() const {
    return problem_.get();
  }
  /// @returns whether it has become the program; it is false for a while, and for good if that failed. Where
  /// the program is ours it is loaded again: some file systems drop what we have mapped when it is opened.
  bool is_begun();
  /// Readable once it has ended; negative where the system has no such descriptor.
  int end_fd() const {
    return end_.get();
  }
  /// Asks is_begun(), and reaps it if it has ended, after ending whatever is left of its group.
  std::optional<process_exit> look();
  /// Waits for its end. @returns how it ended.
  process_exit wait();

  /// Whether its end has been seen.
  bool is_over() const {
    return is_over_;
  }

  /// Signals its whole group, or it alone where it is of ours.
  /// @returns false if it has become another user's, which we may not signal.
  bool signal(int number);

  /// Lets it go on without us; nothing is known of it from here on.
  void release();
  /// Kills it without waiting for its end.
  void leave_behind();

private:
  process_exit reap(int code, int status);

  const process_order::company with_;
  const bool is_our_program_;
  pid_t pid_ = -1;
  owned_descriptor problem_, end_;
  int problem_number_ = 0;
  std::mutex reaping_; ///< Between signalling and reaping.
  bool is_over_ = false;
};

/// @returns our environment without what our service manager and the one who started us meant for us alone,
/// and without these variables.
std::vector<std::string> own_environment(const std::vector<std::string>& without = {});

/// Runs a command in the foreground of the terminal, as a shell would. @returns its exit code; 127 if
/// there is no such program, 128 if a signal ended it.
int run_in_foreground(const std::vector<std::string>& command);

/// Where the system's own programs are, then our PATH.
std::string program_path();

/// @returns the path of a program; empty if there is none. Waits for the disks that it may lie on.
/// @param path folders with ':' between; a name with a slash is not looked for. Relative folders are
/// left out: what lies in them depends on where we happen to work.
std::string find_program(const std::string& name, std::string_view path);

} // namespace pmactor
