// What people are owed: the messages and the captures that the truth calls for, and by when. The oracle notes
// what happened, what was said and what was captured; what is owed for too long in calm times is a broken
// promise. All times are lived time.
#pragma once

#include "app/settings/settings.hpp"
#include "messages/forensics.hpp"
#include "simulation/promises.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace pmactor::simulation {

class obligations {
public:
  using nanoseconds = std::chrono::nanoseconds;

  /// A run begins. It owes nothing for what was before.
  void begin(const settings& conf);
  /// The settings were read again: what was promised under the old ones is forgiven.
  void reloaded(const settings& conf, nanoseconds now);
  /// A child is failed on purpose, and may take along what it alone knew.
  void crashed(std::string_view child);
  /// A child is given up for good, or starts afresh without its memory.
  void gone(std::string_view child);

  // ---- what calls for something
  /// A freeze has ended that is surely long enough for a notification.
  void froze(nanoseconds now);
  /// The log has an alert of critical stress that lasts, and its all-clear.
  void alerted(nanoseconds now);
  void relieved(nanoseconds now);
  /// An event was committed of which evidence is captured.
  void calls_for_capture(const pause_event& event, nanoseconds now);

  // ---- what was done about it
  void notified_of_pauses(std::uint64_t count, nanoseconds now);
  void notified_of_critical(nanoseconds now);
  void notified_of_all_clear();
  /// A message of any limited kind.
  void notified_of_any(nanoseconds now);
  /// The first job of its capture runs.
  void capture_began(const event_id& event, nanoseconds now);
  void artifact_ordered(const std::string& name);
  void capture_published(const capture_report& report);
  void reported(const capture_report& report);

  /// @param calm whether nothing befalls the daemon, and what did has had its time to pass.
  void check(nanoseconds now, bool calm);

  /// @returns how often something was owed.
  std::uint64_t owed() const {
    return owed_;
  }

private:
  /// @returns from when on a message may be sent that must keep its distance to *last*.
  nanoseconds allowed_from(const std::optional<nanoseconds>& last) const;
  /// @returns whether what calls for a message now is owed one.
  bool owes_notice(nanoseconds now) const;
  void forgive_notices();
  void forgive_captures();
  bool is_reported(const event_id& event) const;
  /// An event has no capture, and this is said to be why.
  void check_reason(const event_id& event, const std::string& why);

  settings conf_;
  std::uint32_t least_per_hour_ = 0; ///< Captures, of all settings that held in this run.
  bool notifies_ = true, captures_ = true;
  std::uint64_t owed_ = 0;
  nanoseconds postponed_until_{};
  std::optional<nanoseconds> reloaded_; ///< What calls for something in that moment may still find the old settings.

  std::uint64_t unreported_pauses_ = 0;
  nanoseconds last_freeze_{};
  std::optional<nanoseconds> last_pauses_, last_critical_; ///< Messages.
  std::deque<nanoseconds> sent_;                           ///< Messages that are limited.
  std::optional<nanoseconds> critical_due_, all_clear_due_;
  bool critical_reported_ = false;

  std::vector<std::pair<event_id, nanoseconds>> captures_due_;
  bool captures_unsure_ = false; ///< Until it is calm again.
  std::deque<event_id> reported_;
  std::deque<nanoseconds> began_; ///< Captures,
  std::deque<nanoseconds> stress_began_; ///< and those of critical stress among them.
  std::set<std::string> artifacts_; ///< Ordered for the capture under way.
  std::vector<std::pair<event_id, nanoseconds>> unfinished_; ///< Captures, and when they began.
  std::optional<event_id> gave_way_; ///< To a capture of another event, no job of which has run yet.
};

} // namespace pmactor::simulation
