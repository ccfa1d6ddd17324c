// Decides how the run before ended, from its last record and from what the host shows at the next
// start: each trace is weighed by how hard it is to be mistaken, and what no trace proves is called
// unexplained. Pure.
#pragma once

#include "actors/black_box/box_record.hpp"
#include "actors/black_box/outage_cause.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// How a kernel wrote of its own end, in what survived it.
struct kernel_death {
  enum class what : std::uint8_t {
    panic,    ///< Also of an oops or a lockup that ended in a panic.
    lockup,   ///< A watchdog of the kernel's found a CPU locked up, and no panic followed.
    shutdown, ///< It was restarting or switching off in good order.
    sysrq,    ///< A reset by SysRq, at once.
  };
  what kind = what::panic;
  std::string line; ///< Its own words.
  std::string file; ///< Where they were found.
  friend bool operator==(const kernel_death&, const kernel_death&) = default;
};

/// The last words of the boot before in the journal.
struct journal_end {
  bool in_order = false;                   ///< It ends with a shutdown.
  box_course course = box_course::unknown; ///< Where to, if it says so.
  std::string line;                        ///< The line that says it, or else the last one.
};

/// What the daemon itself left in memory that outlives it, but not the machine.
struct daemon_trace {
  box_run run;
  bool is_over = false;    ///< It ended by its own will,
  bool has_failed = false; ///< as it could not go on.
  bool was_asked = false;  ///< It was asked to end, and ended by force, as that took too long.
  std::string last_words;
  clock_sample pulse; ///< When it was last seen to run; zero if never.
  std::string signal; ///< That it died of and could note, by its name; empty if none.
  std::vector<box_handler> handlers; ///< What was in hand, that of the thread that died first.
};

/// What the host shows at the next start. Absent is what cannot be read.
struct start_traces {
  clock_sample now;
  box_run run; ///< Of the daemon that starts.
  std::string version;
  std::uint64_t program = 0;
  std::optional<hypervisor_fact> hypervisor;
  std::optional<daemon_trace> daemon;
  /// Nothing kept the time while the machine was off, and nothing has set it since: the clock goes
  /// on from the last time that was saved, which looks like one that was set.
  bool is_clock_doubtful = false;

  /// Whether memory is kept over a reset here and can be read: then what is not there is lost.
  bool reads_kept_memory = false;
  /// The newest record of the run before that was found there.
  std::optional<box_record> kept_record;
  std::vector<kernel_death> deaths; ///< The most telling first.
  std::string crash_dump;   ///< A dump of the kernel that is newer than the last record; its path.
  std::string watchdog;     ///< The one that says that it reset the machine.
  std::string reset_reason; ///< What the kernel or the firmware says of the last reset.
  std::string power_on_reason; ///< As sysfs has it.
  std::vector<drive_counters> drives;
  std::optional<std::chrono::nanoseconds>
    logged_shutdown;                  ///< The last one in wtmp, on the wall clock.
  std::optional<journal_end> journal; ///< Of the boot before.
  std::optional<std::uint64_t> oom_kills, group_oom_kills; ///< As in a record, now.
  std::string oom_line;                                    ///< The kernel's, of the very process.
  std::string service_result; ///< How the service manager saw the end: "oom-kill", "code=killed,
                              ///< status=9/KILL".
};

/// What is concluded.
struct outage_verdict {
  outage_cause cause = outage_cause::unexplained;
  confidence sure = confidence::low;
  std::string says; ///< What happened, as half a sentence for people: "the kernel panicked".
  std::vector<std::string> evidence; ///< The strongest first, as sentences without their stop.
  /// The last sign of life, on the wall clock: it ended then or, until the next one was due, later.
  std::chrono::nanoseconds began{};
  std::chrono::nanoseconds
    ended{}; ///< The boot, or the start of the daemon where the machine stayed up.
  bool is_length_known = false; ///< If not, one of the clocks had not been set.
  bool stayed_up = false;       ///< The machine did.
};

/// @param last the newest record of the run before, from the ring or from kept memory.
outage_verdict decide_outage(const box_record& last, const start_traces& now);

/// @returns when the machine was started, by the wall clock as it is now.
std::chrono::nanoseconds boot_time(const clock_sample& x);

/// @returns whether a wall clock can have been set: one that was not counts from 1970 or from the
/// making of the firmware or the program.
bool is_clock_set(std::chrono::nanoseconds wall);

/// Decides how long it took: once when it is found, and again when a clock that was not set has
/// been.
/// @param last the last sign of life. @param start when the daemon was started that found it, on
/// all clocks; the wall clock as it is now.
/// @returns whether it is known.
bool decide_length(outage_verdict& x, const clock_sample& last, const clock_sample& start,
                   bool stayed_up);

/// @returns the last sign of life of that run: its last record, or what its health page says where
/// that is newer and the machine stayed up, so that both are by the same clocks.
clock_sample last_sign_of(const box_record& last, const start_traces& now);

/// What is known of the clock at a second of the next run.
struct clock_question {
  clock_sample now;
  std::chrono::nanoseconds booted{}; ///< The boot, by the clock that the outage was measured by.
  bool is_length_known = false;
  bool is_synchronised = false; ///< The network has set the clock, as far as can be seen.
};

/// @returns whether decide_length() may now find a length that it did not, or found by a clock that was wrong.
bool is_length_due(const clock_question& x);

} // namespace pmactor
