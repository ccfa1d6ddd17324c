// Decides how the daemon is, from its health page and from what the kernel says of its process, and
// says why in plain words. Pure.
#pragma once

#include "actors/host/process_facts.hpp"
#include "actors/supervision/read_health.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// How the daemon is.
enum class health_state {
  healthy,
  degraded,    ///< It runs, but something does not work, or not yet.
  stuck,       ///< Its process is there and does not get on.
  stopped,     ///< Its process is halted by a signal, a debugger or a frozen cgroup.
  dead,        ///< It failed, or its process is gone without a goodbye.
  not_running, ///< It ended in good order, or never was.
  unknown,     ///< It lives where its process cannot be seen from here, and gives no fresh pulse.
};

/// What became of the process that the page names.
enum class process_presence { here, zombie, gone, replaced, rebooted };

/// From when on something is worth a finding. Time asleep does not count. A handler hangs when the daemon itself says so:
/// by the limit of its actor, which is on the page, and in lived time. The page of the version before has neither.
struct health_limits {
  std::chrono::nanoseconds pulse = std::chrono::seconds{3}; ///< The pulse comes once a second.
  std::chrono::nanoseconds slow_handler = std::chrono::seconds{3}; ///< Degraded.
  /// Stuck, by the clock, if the daemon needs it and the page has no limit.
  std::chrono::nanoseconds hung_handler = std::chrono::seconds{10};
  std::chrono::nanoseconds old_message = std::chrono::seconds{5}; ///< Waits in a mailbox: degraded.
};

/// One thing worth knowing.
struct health_finding {
  bool is_problem = true; ///< False: good to know, and no reason to be called degraded.
  std::string actor;      ///< The actor it is about; empty for the daemon as a whole.
  std::string sentence;   ///< Goes on behind the name: "has been handling scored_sample for 42 s".
};

struct health_verdict {
  health_state state = health_state::not_running;
  std::string headline; ///< One sentence without its full stop. May hold foreign bytes.
  std::optional<std::chrono::nanoseconds>
    last_sign; ///< Of life, on the wall clock; if it lives no more.
  std::vector<health_finding> findings;
  std::string resume{}; ///< For a shell: what lets a halted process go on; empty if no command is known to.
};

/// @param facts of the process that has the daemon's pid now; nullopt if none has.
/// @param boot_id of this boot; empty if unknown.
process_presence find_process(const process_identity& daemon,
                              const std::optional<process_facts>& facts,
                              const std::string& boot_id);

/// @param report read for this moment if the process is here, else for the last pulse.
health_verdict judge_health(const health_report& report, const std::optional<process_facts>& facts,
                            const std::string& boot_id, const health_limits& limits = {});

/// @returns whether a pid and a time of the daemon's namespaces mean the same in these. What a kernel does
/// not number is taken for the same.
bool are_comparable(const namespace_ids& daemon, const namespace_ids& ours);

/// Judges a daemon of other namespaces, of whose process nothing is known here: by its pulse and the wall
/// clock, which all namespaces share.
/// @param report read for the last pulse.
health_verdict judge_from_outside(const health_report& report, std::chrono::nanoseconds now_wall,
                                  const health_limits& limits = {});

std::string to_string(health_state x); ///< "not running"

} // namespace pmactor
