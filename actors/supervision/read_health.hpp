// Turns a copy of the health page into plain values. Pure. The page is as foreign as any file:
// phases may be unknown, times may lie in the future, texts may hold any byte; what makes no sense
// is absent.
#pragma once

#include "actors/supervision/health_page.hpp"
#include "actors/host/namespaces.hpp"
#include "actors/host/process_facts.hpp"
#include "messages/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// How late what is due all the time came, since the daemon's start. As lateness_counts has it.
struct lateness_report {
  std::array<std::uint64_t, lateness_counts::edges.size() + 1> counts{};
  std::chrono::nanoseconds sum{};
};

/// What one slot says. Ages are as of the moment for which the page was read.
struct actor_report {
  std::string name;
  actor_phase phase = actor_phase::absent;
  bool optional_child = false; ///< The daemon goes on without it.
  std::uint32_t generation = 0;
  std::uint32_t restarts = 0;
  std::optional<std::chrono::nanoseconds> uptime; ///< Of this incarnation, suspends included.
  std::string failure;                            ///< The last one; empty if none.
  std::optional<std::chrono::nanoseconds> failed; ///< When, on the wall clock.
  std::uint64_t handled = 0;
  std::uint64_t waiting = 0; ///< Messages in the mailbox, without the one being handled.
  std::optional<std::chrono::nanoseconds> oldest_age; ///< Of those. At least this: only the
                                                      ///< arrivals of the newest 64 are remembered.
  std::optional<std::chrono::nanoseconds> last_message_age;
  std::string handler; ///< The type of the message being handled, or handled last.
  std::optional<std::chrono::nanoseconds> handling_for; ///< Absent if it handles none.
  /// The same in lived time, as of the SUPERVISOR's last look: zero if that has not met the handler yet.
  std::optional<std::chrono::nanoseconds> handling_lived;
  std::optional<std::chrono::nanoseconds> hang_limit; ///< As in health_slot; absent if the page has none.
  std::int64_t handler_thread = 0;                      ///< 0 if unknown.
  std::optional<std::chrono::nanoseconds> p50, p99;     ///< Of its handlers, at most this.
  /// Handlers that took 100 ms or more, and the longest of them.
  struct slow_report {
    std::uint64_t count = 0;
    std::string handler; ///< The type of its message.
    std::chrono::nanoseconds took{};
    /// Of that on a CPU, ready for one, and neither: blocked, or stopped from outside. Absent where
    /// the kernel does not count it.
    std::optional<std::chrono::nanoseconds> ran, ready, blocked;
  };
  std::optional<slow_report> slow; ///< Absent if there was none.
  std::uint64_t set_aside = 0;
  std::uint64_t dropped = 0;
  std::uint64_t hangs = 0, errors = 0; ///< As in health_slot.
  lateness_report beats_late, windows_late;
  std::string degraded; ///< Empty if all is well.
  std::string note, shortfall;     ///< As in health_slot, as these are.
  bool shortfall_is_whole = false;
  std::string shortfall_command, degraded_setting; ///< As in slot_supplement.
  std::uint32_t stalls = 0;
};

/// What the page says.
struct health_report {
  process_identity daemon;
  namespace_ids namespaces; ///< In which its pid and clocks hold.
  daemon_phase phase = daemon_phase::starting;
  std::string data_folder;
  std::string last_words;
  std::string degraded; ///< Of the process itself; empty if all is well.
  std::optional<std::chrono::nanoseconds> uptime; ///< Suspends included.
  std::optional<std::chrono::nanoseconds> started_wall;
  std::optional<std::chrono::nanoseconds>
    pulse_age; ///< Without the time asleep; absent before the first.
  std::optional<std::chrono::nanoseconds> pulse_wall;
  std::uint64_t samples_taken = 0, samples_missed = 0;
  std::uint64_t samples_stored = 0, samples_discarded = 0, samples_lost = 0;
  std::vector<actor_report> actors; ///< In start order.
};

/// @returns when the page's daemon was last known to run: what "now" means for one that is dead.
clock_sample last_pulse(const health_page& page);

/// @param at the moment for which ages are computed: now, or the last pulse of a daemon that is dead.
health_report read_health(const health_page& page, const clock_sample& at);

} // namespace pmactor
