// Pauses as values: what a beat read, what a late one shows, and what is concluded from it.
#pragma once

#include "messages/blame.hpp"
#include "messages/sample.hpp"
#include "messages/stall.hpp"
#include "messages/time.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace pmactor {

/// How it is known that the machine is a virtual one.
enum class hypervisor_sign : std::uint8_t {
  cpu,      ///< The CPU says so (the hypervisor bit of CPUID).
  kernel,   ///< The kernel says so (/sys/hypervisor, the device tree).
  firmware, ///< The maker that the firmware names (DMI) is one of virtual machines.
};
struct hypervisor_fact {
  hypervisor_sign sign = hypervisor_sign::cpu;
  std::array<char, 16> name{}; ///< Ends with a zero; empty if only its presence is known.
  friend bool operator==(const hypervisor_fact&, const hypervisor_fact&) = default;
};

/// The source of interrupts that interrupted most.
struct interrupt_source {
  std::uint32_t number = 0;     ///< Of the line, as the kernel counts them.
  std::uint64_t count = 0;      ///< How often.
  std::array<char, 32> name{};  ///< The devices on it, e.g. "i2c_designware.0"; ends with a zero; may be empty.
  friend bool operator==(const interrupt_source&, const interrupt_source&) = default;
};

/// The clocks and the cheap counters as one beat found them. All counters only ever grow. Trivially
/// copyable, as it passes through a ring that allocates nothing.
struct beat_counters {
  clock_sample at; ///< Read first, right after waking.
  // ---- read at every beat
  std::optional<std::uint64_t> own_switches; ///< Times its thread gave up its CPU in order to wait.
  std::optional<std::uint64_t> own_faults;   ///< Pages its thread had to wait for (major faults).
  std::optional<std::uint64_t> continues;    ///< SIGCONT signals that the process received.
  std::int64_t continued_by = 0;      ///< The last one's sender; 0 if the kernel or unknown.
  std::int64_t continued_by_user = 0; ///< And its user id.
  std::array<char, 16> continued_by_name{}; ///< And its command; ends with a zero; empty if it had
                                            ///< ended or is unknown.
  /// When the freezer of its control group, of which the kernel does not count the time, was last written to, on the wall
  /// clock.
  std::optional<std::chrono::nanoseconds> freezer_written;
  /// Time of all threads of its process together in a run queue, where that of the thread is unknown
  /// (macOS): the thread waited no longer than that.
  std::optional<std::chrono::nanoseconds> process_wait;
  // ---- read once a second and at every late beat, as they cost more
  /// When they were, on the awake clock: the reader may be held up amid its work, so that each counter
  /// is of some moment between these two.
  std::chrono::nanoseconds slow_at{}, slow_until{};
  std::optional<std::chrono::nanoseconds> own_cpu; ///< Time of its thread on a CPU.
  /// Time of its thread in a run queue, ready but not running. Both, of a beat at which they were not read:
  /// what they were at most, as no beat waits or works for longer than it is late.
  std::optional<std::chrono::nanoseconds> own_wait;
  std::chrono::nanoseconds own_excess{}; ///< By how much either may be too much: by which beats were late since.
  /// How long after its wait the quota of its group was read: in so much they are not of one moment.
  std::chrono::nanoseconds quota_lag{};
  std::optional<std::uint64_t> process_faults; ///< Major faults of all threads.
  std::optional<std::uint64_t> swapped_in; ///< Pages of the machine that came back from swap (macOS).
  /// How the kernel itself calls the state of memory (macOS): 1 is normal, 2 scarce, 4 critical.
  std::optional<std::uint32_t> memory_level;
  // Of the machine.
  std::optional<hypervisor_fact> hypervisor; ///< Absent if none is known: on bare metal, for one.
  std::uint32_t cpus = 0; ///< CPUs that `machine_total` adds up; 0 if unknown.
  /// When the machine's times were read, as `slow_at` and `slow_until`.
  std::chrono::nanoseconds machine_at{}, machine_until{};
  std::optional<std::chrono::nanoseconds> machine_total; ///< Accounted time of all CPUs, idle included.
  std::optional<std::chrono::nanoseconds> machine_stolen;
  /// Time that one CPU spent in interrupts and what they left to do (softirqs), and which one: that on
  /// which the thread was at the reading before.
  std::optional<std::chrono::nanoseconds> interrupts;
  std::uint32_t interrupts_of = 0;
  std::optional<std::chrono::nanoseconds> accounted_of_cpu; ///< Accounted time of that CPU, idle included.
  std::optional<std::chrono::nanoseconds> cpu_some, io_some, io_full, memory_some, memory_full,
    interrupts_full; ///< Pressure totals.
  std::optional<std::uint64_t> kernel_stalls; ///< Lockups and RCU stalls that the kernel counted.
  std::optional<std::uint64_t> firmware_calls; ///< How often the firmware interrupted the CPUs (SMI).
  std::optional<std::uint64_t> sleeps;         ///< Suspends that the kernel counted as successful.
  /// Of a late beat: what interrupted most since the counters were last read.
  std::optional<interrupt_source> interrupted_by;
  std::int64_t traced_by = 0; ///< The process that traces this one, of a late beat; 0 if none.
  // Of the control group that the process is in. Absent in the root group, which is the machine.
  std::uint32_t group_moves = 0; ///< Counts the groups that it was in: those of two do not compare.
  std::optional<std::chrono::nanoseconds> group_io_full, group_memory_full;
  std::optional<std::uint64_t> throttles;            ///< Periods in which the CPU quota ran out.
  std::optional<std::chrono::nanoseconds> throttled; ///< Time so lost, added up over the CPUs.
  std::optional<std::chrono::nanoseconds> frozen;    ///< Time in the freezer (v2).
  friend bool operator==(const beat_counters&, const beat_counters&) = default;
};
static_assert(std::is_trivially_copyable_v<beat_counters>);

/// What the kernel recorded of the switches of the beat's thread between two beats. Times are on the awake clock.
struct gap_record {
  /// When what held the thread up began, where that is recorded: it left the CPU then, and not in order to wait for
  /// its deadline. Absent if it began while the thread slept towards that anyway.
  std::optional<std::chrono::nanoseconds> onset;
  /// Time that it was off the CPU though it was ready to run all along, as it had been preempted.
  std::chrono::nanoseconds preempted{};
  /// Time that it was off the CPU for another reason, beyond its deadline or its own wait for that: it was stopped, or
  /// slept, or became ready at a moment that is not recorded.
  std::chrono::nanoseconds blocked{};
  friend bool operator==(const gap_record&, const gap_record&) = default;
};

/// A beat that came late, or whose gap held a sleep. Sent at once.
struct late_beat {
  beat_counters before;                ///< Of the last beat in time.
  beat_counters after;                 ///< Of this one.
  std::chrono::nanoseconds deadline{}; ///< When it was due, on the awake clock.
  std::chrono::nanoseconds period{};   ///< From one deadline to the next.
  std::optional<gap_record> recorded;  ///< Absent where the kernel records nothing, or no longer has it.
  friend bool operator==(const late_beat&, const late_beat&) = default;
};

/// The wall clock was set between two beats.
struct clock_step {
  clock_sample at;                   ///< Of the first beat that saw it.
  std::chrono::nanoseconds by{};     ///< Forward; negative: back.
  std::chrono::nanoseconds within{}; ///< It was at most so long before that.
  friend bool operator==(const clock_step&, const clock_step&) = default;
};

/// @returns what the wall clock was set forward (or back, negative) between the two samples.
constexpr std::chrono::nanoseconds wall_step(const clock_sample& before,
                                             const clock_sample& after) {
  return (after.wall - before.wall) - (after.total - before.total);
}

/// A second of beats. Sent once a second.
struct clock_reading {
  clock_sample at;                   ///< Of the newest beat.
  std::chrono::nanoseconds period{}; ///< From one deadline to the next.
  std::vector<std::chrono::nanoseconds> lateness; ///< Of each beat since the last reading.
  std::vector<clock_step> steps; ///< Of the wall clock, since the last reading; the oldest first.
  std::uint64_t lost = 0; ///< Beats that did not fit into the ring, since the start.
  std::optional<std::uint64_t> sleeps; ///< As in beat_counters, of the newest beat that read them.
  friend bool operator==(const clock_reading&, const clock_reading&) = default;
};

/// How late the beats of the last second were: an input of the stress score.
struct latency_window {
  clock_sample at;
  double worst_ratio = 1; ///< Actual by expected interval of the latest beat.
  std::chrono::nanoseconds p50{}, p99{}, max{}; ///< Of the lateness.
  std::uint32_t beats = 0;
  friend bool operator==(const latency_window&, const latency_window&) = default;
};

/// The second witness: the sampler child wrote a document.
struct witness_reading {
  clock_sample arrived;               ///< When its last byte was read.
  std::chrono::nanoseconds elapsed{}; ///< Its window by its own clock, with sleep; 0: some were lost.
  /// In what state it saw the daemon as the window ended, as /proc/PID/stat has it: T is stopped by a
  /// signal, t held by a tracer. Absent if it does not say.
  std::optional<char> daemon_state;
  friend bool operator==(const witness_reading&, const witness_reading&) = default;
};

/// What time can be lost to: a line of the ledger, and the cause of an event.
enum class pause_cause : std::uint8_t {
  asleep,      ///< The machine was suspended.
  stopped,     ///< A signal stopped this process.
  frozen,      ///< Its control group was frozen.
  cpu_wait,    ///< Ready to run, but others held the CPUs.
  quota,       ///< Ready to run, but its control group's CPU quota was used up.
  io,          ///< Waited for a disk.
  memory,      ///< Waited for memory: reclaim or thrashing.
  stolen,      ///< The hypervisor ran something else.
  interrupts,  ///< Its CPU served devices.
  kernel,      ///< The kernel's own code held a CPU, by its own count of lockups.
  firmware,    ///< The firmware held the CPUs, by the count of its interrupts (SMI).
  traced,      ///< A debugger held this process.
  own_work,    ///< Its own thread was busy.
  unexplained, ///< No counter explains it.
};
inline constexpr std::size_t pause_causes = 14;

/// A line of the ledger.
struct ledger_line {
  std::chrono::nanoseconds length{};
  std::string evidence; ///< In numbers; empty if the line is zero.
  friend bool operator==(const ledger_line&, const ledger_line&) = default;
};

/// Where the time of an event went. The lines sum to its duration, to the nanosecond.
struct ledger {
  std::array<ledger_line, pause_causes> lines;
  ledger_line& operator[](pause_cause x) {
    return lines[static_cast<std::size_t>(x)];
  }
  const ledger_line& operator[](pause_cause x) const {
    return lines[static_cast<std::size_t>(x)];
  }
  std::chrono::nanoseconds total() const;
  friend bool operator==(const ledger&, const ledger&) = default;
};

/// What an event is; no more than eight fit into an event_id.
enum class event_kind : std::uint8_t { pause, sleep, critical, stall, outage, incident, slowed, clock };
inline constexpr std::size_t event_kinds = 8;

/// Names an event wherever it is spoken of, from its birth on: when it began, in nanoseconds of the wall
/// clock, with its kind in the three lowest bits. So it is unique over restarts without a counter that would
/// have to be read from a disk first, and an event that is found again after a crash gets the same one.
/// The short number by which people call an event is given by the database when it is stored.
struct event_id {
  std::int64_t value = 0;
  friend auto operator<=>(const event_id&, const event_id&) = default;
};
event_id mint_event_id(event_kind kind, std::chrono::nanoseconds started);
event_kind kind_of(event_id x);
std::chrono::nanoseconds started_of(event_id x); ///< Without the three lowest bits.
/// How sure a cause is: read off a counter that means just that (high), off one that allows for hardly
/// anything else (medium), or not known (low).
enum class confidence : std::uint8_t { low, medium, high };
/// What was paused.
enum class pause_scope : std::uint8_t {
  unknown,     ///< No second witness saw it, or none has reported yet.
  daemon_only, ///< The sampler child ran on meanwhile.
  system,      ///< The sampler child was late as well, by what holds up any process.
  /// The sampler child was late as well, but by what reaches these two alone (a signal, a control group),
  /// or by nothing known: it says nothing of other processes.
  daemon_and_sampler,
};

/// A process that is suspected to have had a part in it.
struct culprit {
  std::int64_t pid = 0;
  std::optional<double> start_time; ///< Unix seconds; with the pid it is its identity.
  std::string name;                 ///< Foreign bytes.
  std::string reason;               ///< Why: "wrote 298 MB/s".
  friend bool operator==(const culprit&, const culprit&) = default;
};

/// A pause or a sleep, found and explained; or an episode of critical stress, which has no gap, no ledger
/// and no cause, and lasts as long as it was lived. (`pause` is a POSIX function.)
struct pause_event {
  event_id id; ///< Minted by the actor that finds it, and never changed.
  event_kind kind = event_kind::pause;
  clock_sample before, after; ///< The beats around it.
  std::chrono::nanoseconds started{}, ended{}; ///< Estimated, on the wall clock as it was at the end.
  std::chrono::nanoseconds duration{};    ///< Without the time asleep; of a sleep: the time asleep.
  std::chrono::nanoseconds uncertainty{}; ///< It may be off by this much either way.
  std::chrono::nanoseconds expected{};    ///< The interval from beat to beat that it broke.
  double latency_ratio = 1;               ///< Actual by expected interval.
  std::chrono::nanoseconds asleep{};      ///< Time asleep within the same gap.
  pause_cause cause = pause_cause::unexplained;
  confidence sure = confidence::low;
  pause_scope scope = pause_scope::unknown;
  ledger book;
  std::vector<std::string> evidence; ///< What else was noticed; what speaks for a line is in the ledger.
  std::optional<stall_facts> stall;  ///< Of a stall, which has no ledger, and whose beats came in time.
  /// Time is missing from the books of every CPU: whatever took it held up all that runs here.
  bool machine_lost_time = false;
  std::optional<event_id> part_of; ///< Of a pause: the stall within which it happened.
  /// A JSON object of what is particular to an outage, an incident, a slowed machine or a clock that was set.
  std::optional<std::string> facts;
  std::optional<blame_facts> blame; ///< Who did it, by harm done; absent where that is not known (yet).
  friend bool operator==(const pause_event&, const pause_event&) = default;
};

/// An event as it is stored: the pause, and what the FLIGHT RECORDER knew before it.
struct event_record {
  pause_event event;
  std::optional<stress_score> stress; ///< Of the last sample before it; absent if there was none.
  std::vector<culprit> culprits;      ///< The likeliest first.
  std::vector<scored_sample> lead_up; ///< The oldest first; without their processes.
  std::string event_dir;              ///< Where its captured files lie; empty if there are none.
  friend bool operator==(const event_record&, const event_record&) = default;
};

/// What became known of an event after its birth, and nothing else of it. What is absent stays as it is;
/// applying it once more changes nothing.
struct event_amendment {
  event_id id;
  std::optional<pause_scope> scope;    ///< By the second witness;
  std::vector<std::string> evidence;   ///< In addition to what was noticed before.
  struct explanation {
    pause_cause cause = pause_cause::unexplained;
    confidence sure = confidence::low;
    ledger book;
    friend bool operator==(const explanation&, const explanation&) = default;
  };
  std::optional<explanation> explained; ///< In place of what was said before.
  /// In place of those before, which none may be: then those were busy, and it held nothing up.
  std::optional<std::vector<culprit>> culprits;
  struct end {
    std::chrono::nanoseconds ended{};    ///< On the wall clock.
    std::chrono::nanoseconds duration{};
    friend bool operator==(const end&, const end&) = default;
  };
  std::optional<end> over;  ///< Of an episode or a stall: it has ended.
  std::optional<end> lasts; ///< Of a stall: it goes on, and this is how far that is known.
  std::optional<stall_facts> stall; ///< In place of those before.
  /// Of a pause: the stall within which it happened; 0 if it is part of none after all.
  std::optional<event_id> part_of;
  std::optional<std::string> facts; ///< In place of those before.
  std::optional<blame_facts> blame; ///< In place of what was said before.
  friend bool operator==(const event_amendment&, const event_amendment&) = default;
};

/// An event as it is found, and whatever becomes known of it later, in the order in which it came.
using pause_news = std::variant<pause_event, event_amendment>;
using event_news = std::variant<event_record, event_amendment>;

/// @returns whether what its culprits did can have led to its cause; else they were busy at the time, and no
/// more is known of them.
bool accuses(const pause_event& x);

/// The cause of a stall follows from what stalls.
pause_cause cause_of(stall_resource x);
confidence confidence_in(stall_resource x);
/// Sets what a stall is of, and with it the cause.
void explain_stall(pause_event& event, const stall_facts& facts);

/// @returns whether the amendment says that a stall lasts which is known to have lasted longer: it was delivered again
/// behind what came after it. What it says of the stall is not news any more.
/// @param known how long the event lasted as far as is known.
bool is_outdated(const event_amendment& x, std::chrono::nanoseconds known);

/// @pre The amendment is of this event.
void amend(event_record& record, const event_amendment& x);
void amend(pause_event& event, const event_amendment& x);

/// @returns about how many bytes of memory it takes.
std::size_t footprint(const event_news& x);
/// Drops the least informative part of an event: the seconds that led to it. @returns whether there were any.
bool shed_details(event_news& x);

std::string to_string(event_id x);
std::string to_string(const event_amendment& x);
std::string to_string(const pause_news& x);
std::string to_string(const event_news& x);
std::string to_string(const hypervisor_fact& x); ///< "KVM, as the CPU says"
std::string to_string(pause_cause x); ///< As stored: "cpu_wait".
std::string to_string(event_kind x); ///< As stored: "pause".
std::string to_string(confidence x);
std::string to_string(pause_scope x);
std::optional<pause_cause> pause_cause_from(std::string_view name);
/// @returns whether processes of this machine may bring it about by what they use: not a signal, a group's own limit, a
/// device, the hypervisor, pmactor itself.
bool may_be_by_processes(pause_cause x);
std::optional<pause_scope> pause_scope_from(std::string_view name);
std::string to_string(const beat_counters& x);
std::string to_string(const late_beat& x);
std::string to_string(const clock_reading& x);
std::string to_string(const latency_window& x);
std::string to_string(const witness_reading& x);
std::string to_string(const ledger& x);
std::string to_string(const culprit& x);
std::string to_string(const pause_event& x);
std::string to_string(const event_record& x);

// The form in which they are stored, as JSON. Foreign bytes are escaped; what is no UTF-8 is replaced.
std::string to_json(const ledger& x); ///< {"cpu_wait":1.5}: seconds; lines of zero are left out.
std::string to_json(const std::vector<culprit>& x); ///< [{"pid":1,"start_time":9.5,"name":"…","reason":"…"}]
/// @returns [{"line":"cpu_wait","says":"…"},{"says":"…"}]: what speaks for each line, then what else.
std::string evidence_json(const pause_event& x);

/// Whether this cause holds up pmactor and need not reach any other process: a signal, its control group's freezer or
/// quota, a debugger, its own work.
bool reaches_pmactor_alone(pause_cause x);
/// Whether nothing shows that a pause reached other processes as well: what it is caused by need not have, and no
/// witness saw that it did. Then it is none of the machine's, in no view and no message.
bool may_have_spared_others(pause_scope scope, pause_cause cause);

/// @returns a cause as half a line for people, e.g. "others held the CPUs".
std::string cause_in_words(pause_cause cause, confidence sure);
/// @returns a cause as the second half of "Froze 12.3 s, …".
std::string cause_in_title(pause_cause cause, confidence sure);

} // namespace pmactor
