// Decides which notifications a person gets, and when: one message for a freeze however many pauses it came in,
// none for a sleep, one for critical stress that lasts and one when it is over, none twice. Pure: time is an argument,
// and it is lived time, so a pause of the host neither settles a freeze nor uses up a cooldown.
//
// A pause that is part of a stall has no message of its own if the stall has one.
//
// Nothing is lost in silence. Pauses that come while no message may be sent are gathered into the next one;
// of anything else the next message says how many were held back.
#pragma once

#include "actors/notifier/count_habits.hpp"
#include "messages/alert.hpp"
#include "messages/forensics.hpp"
#include "messages/pause.hpp"
#include "messages/supervision.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What a message is about.
enum class notice_kind : std::uint8_t {
  pause,     ///< The machine, or pmactor alone, froze.
  critical,  ///< Critical stress lasts.
  all_clear, ///< It is over.
  elevated,  ///< The machine has come under stress.
  forensics, ///< Evidence was captured.
  degraded,  ///< Something of pmactor does not work.
  recovered, ///< It works again.
  stall,      ///< A disk, a file system, memory or the CPUs have not answered for long.
  stall_over, ///< They answer again.
  outage,     ///< The machine, or pmactor, had ended without an order.
  incident,   ///< The kernel reported something grave: a process that was killed, a disk that was given up.
};
inline constexpr std::size_t notice_kinds = 11;
constexpr std::size_t index(notice_kind x) {
  return static_cast<std::size_t>(x);
}

/// `[notifications]` in the settings: when people are notified.
struct notice_policy {
  bool enabled = true;
  bool pause_detected = true;
  std::chrono::nanoseconds pause_min_duration = std::chrono::seconds{2};
  bool critical_stress = true; ///< And its all-clear.
  bool stall_lasts = true;     ///< And its end.
  /// A stall is reported to people once it is known to have lasted for so long.
  std::chrono::nanoseconds stall_min_duration = std::chrono::seconds{10};
  bool outage_found = true;
  bool grave_incident = true;
  bool elevated_entered = false;
  bool forensics_completed = false; ///< Off: the freeze itself was reported.
  bool monitor_degraded = true;     ///< And its recovery.
  /// A freeze is reported when it has been over for so long (debounce): until then further pauses belong to it,
  /// and the second witness may say what was paused.
  std::chrono::nanoseconds settle = std::chrono::seconds{3};
  /// The least time between two messages of one kind.
  std::chrono::nanoseconds cooldown = std::chrono::seconds{60};
  std::uint32_t most_per_hour = 12; ///< Of all kinds; all-clears come on top.
  /// A fault is reported when it has lasted for so long, and so is its recovery.
  std::chrono::nanoseconds degraded_after = std::chrono::seconds{60};
  bool learning = false; ///< As in sampling_policy: no notifications at all.
  friend bool operator==(const notice_policy&, const notice_policy&) = default;
};

/// A message, as facts; compose_notice() puts them into words.
struct notice {
  notice_kind kind = notice_kind::pause;
  std::uint64_t number = 0; ///< Counts from 1.
  // Of pauses.
  std::uint32_t pauses = 0;              ///< How many it reports.
  std::chrono::nanoseconds total{};      ///< Their durations, summed up.
  std::optional<event_record> longest;    ///< Of them.
  std::chrono::nanoseconds first{}, last{}; ///< When they began and ended, on the wall clock.
  // Of a stall, an incident or an outage.
  std::optional<event_record> about;
  /// How many were like the longest, or like the stall, before.
  alike_events alike;
  // Of stress.
  std::optional<stress_alert> stress;
  std::vector<culprit> culprits; ///< Busy when the episode began.
  // Of what does not work, or works again.
  std::vector<fault> faults;
  // Of evidence: of its own, or what of a freeze was captured before it was reported.
  std::string folder;   ///< Where it lies, below the data folder; empty if there is none.
  event_id event;       ///< Its event.
  std::string finding;  ///< The most important; may be empty.

  std::array<std::uint32_t, notice_kinds> held_back{}; ///< Messages before it that were not sent, by kind.
  bool is_test = false;
  friend bool operator==(const notice&, const notice&) = default;
};

/// All that was received and reported. A value: a copy that is thrown away leaves no trace.
struct notice_state {
  std::uint64_t numbers = 0;     ///< Given to messages so far.
  std::deque<notice> ready;      ///< Decided and not yet taken.
  std::deque<std::chrono::nanoseconds> sent; ///< When, within the last hour; without all-clears.
  std::array<std::optional<std::chrono::nanoseconds>, notice_kinds> last_sent;
  std::array<std::uint32_t, notice_kinds> held_back{}; ///< Not sent and not yet said.
  std::uint64_t held_back_ever = 0;

  // Pauses.
  std::deque<event_id> known; ///< Those that were received, announced or not.
  std::vector<event_record> freeze;            ///< Not yet reported; bounded.
  std::uint32_t pauses = 0;                   ///< Not yet reported, all of them.
  std::chrono::nanoseconds total{}, first{}, last{}; ///< Of them, as in the notice.
  std::chrono::nanoseconds first_received{}, last_received{};
  std::optional<capture_report> evidence; ///< Of the longest of them that has any.
  /// Pauses within a stall that lasts; bounded. If it is reported to people they are part of that; if it is over
  /// before, they are a freeze.
  std::vector<event_record> parts;
  /// Pauses that the message of a stall covers; bounded. One that turns out to be no part of it is
  /// a freeze.
  std::deque<event_record> covered;

  // Stalls.
  struct stall_in_progress {
    event_record record;
    bool reported = false;
    bool held_back = false; ///< And counted: its end is no news either.
  };
  std::deque<stall_in_progress> stalls; ///< Those that last; bounded.
  std::deque<event_id> stalls_reported; ///< Those last reported to people, or held back and counted.

  // Stress.
  std::array<std::uint64_t, stress_changes> last_ticks{}; ///< Of the newest alert of each change.
  std::vector<culprit> culprits;       ///< Of the episode that began last.
  bool critical_reported = false;          ///< And its all-clear is owed.

  // What does not work.
  struct trouble {
    std::string says;
    std::chrono::nanoseconds since{};                 ///< When it was first seen.
    std::optional<std::chrono::nanoseconds> gone;     ///< Since when it works again.
    bool reported = false;
  };
  std::map<std::string, trouble> troubles; ///< By actor.

  std::string last_folder; ///< Of the newest capture that was received.
};

// Each applies one message. They are idempotent: a message that was received before changes nothing.
void apply_event(notice_state& state, const event_record& x, std::chrono::nanoseconds now,
                const notice_policy& policy);
void apply_amendment(notice_state& state, const event_amendment& x, std::chrono::nanoseconds now,
                    const notice_policy& policy);
void apply_alert(notice_state& state, const stress_alert& x, std::chrono::nanoseconds now,
                const notice_policy& policy);
void apply_capture(notice_state& state, const capture_report& x, std::chrono::nanoseconds now,
                  const notice_policy& policy);
/// @param faults all there are at this moment.
void apply_faults(notice_state& state, const std::vector<fault>& faults, std::chrono::nanoseconds now,
                 const notice_policy& policy);
/// @returns whether the settings ask for messages of this kind.
bool is_wanted(notice_kind x, const notice_policy& policy);

/// @returns the messages that are due now, oldest first.
std::vector<notice> take_due(notice_state& state, std::chrono::nanoseconds now,
                             const notice_policy& policy);

/// @returns when to ask again, if no message arrives before; nullopt if there is no need to.
std::optional<std::chrono::nanoseconds> next_due(const notice_state& state, const notice_policy& policy);

std::string to_string(notice_kind x); ///< "all-clear"
std::optional<notice_kind> notice_kind_from(std::string_view name);
std::string to_string(const notice& x);

} // namespace pmactor
