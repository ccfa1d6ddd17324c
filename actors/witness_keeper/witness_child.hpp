// The witness child as the WITNESS KEEPER knows it. Tests put a stand-in in its place.
#pragma once

#include "actors/witness_keeper/judge_server.hpp"
#include "actors/witness_keeper/watch_blocked.hpp"
#include "actors/witness_keeper/witness_page.hpp"
#include "messages/pause.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

class witness_child {
public:
  witness_child() = default;
  witness_child(const witness_child&) = delete;
  witness_child& operator=(const witness_child&) = delete;
  /// Ends the child and never waits for it: a thread that hangs in the kernel keeps it from ending.
  virtual ~witness_child() = default;

  virtual const witness_page& page() const = 0;
  /// @returns why it is not at work any more; empty while it is.
  virtual std::string ended() = 0;
  /// @returns the state of one of its threads, or of a process that it started, as /proc has it: 'R', 'S', 'D', 'T',
  /// 't'; 0 if unknown.
  virtual char state_of(std::int64_t thread) = 0;
};

/// Never waits, even for a program on a disk that does not answer.
/// @throws std::exception, one sentence, if it cannot be started.
using start_witness = std::function<std::unique_ptr<witness_child>()>;

/// What the WITNESS KEEPER asks of the host.
struct witness_host {
  /// Reads the awake clock, on which all times of the page and of blocked processes are; the actors' clock may
  /// count sleep. Empty: nothing is watched.
  std::function<std::chrono::nanoseconds()> awake;
  start_witness start;  ///< Empty: there are no witnesses.
  read_blocked blocked; ///< Empty where the kernel does not show it.
  /// Asks many processes, so that it is asked seldom. Empty likewise.
  find_blocked all_blocked;
  look_at_server server; ///< Empty where the system does not show it.
  std::optional<hypervisor_fact> hypervisor;
  /// For how long in all the CPU quota of the own control group, which is the child's as well, held CPUs up;
  /// absent while it has none. Empty where there are no such groups.
  std::function<std::optional<std::chrono::nanoseconds>()> throttled;
  /// The kernel's id of the thread that commits the daemon's own history right now, 0 if none does:
  /// what it waits for in uninterruptible sleep stalls. Empty: nothing is known of it.
  std::function<std::int64_t()> committing;
};

/// Starts `pmactor witness`, on a thread of the child's own, which a disk that does not answer may hold up for ever.
/// Never waits; what goes wrong there is reported by ended().
/// @param questions the folder of the locks of what may not answer; empty: none are locked.
/// @param program what is started; empty: this program.
/// @throws std::system_error if there is no thread or no memory to be had.
std::unique_ptr<witness_child> start_witness_process(const std::string& questions, const std::string& program = {});

/// @param questions as above.
witness_host host_witness(const std::string& questions = {});

/// @returns the state of a thread of a process as /proc has it; 0 if it is gone or the system does not say.
char state_of_thread(std::int64_t pid, std::int64_t thread);
/// @returns null where the system does not say which processes are blocked.
read_blocked blocked_reader();
/// Takes 20 ms at most: where there are more processes than that is enough for, the next call goes on from there.
find_blocked blocked_finder();
/// @returns null where the system does not show it.
look_at_server server_looker();

} // namespace pmactor
