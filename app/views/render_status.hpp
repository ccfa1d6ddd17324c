// The forms of `pmactor status`. Pure but for the local time zone.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/settings/job_switches.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/places.hpp"
#include "app/views/render_health.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Everything that `status` found out. What could not be found out is absent.
struct status_view {
  daemon_verdict daemon;             ///< By the lock, which does not lie.
  std::optional<health_view> health; ///< By the health page.
  std::optional<sample_row> newest;
  std::optional<event_brief> last_pause;
  std::vector<event_row> stalls; ///< That last, the newest first; none if no daemon runs that would see their end.
  /// What lasts by the health page, in words: of a stall of the disk with the history the history
  /// knows nothing yet.
  std::string stalls_by_page;
  std::optional<event_row> outage; ///< The newest, if it is news: see is_news().
  std::optional<std::size_t> events;
  std::optional<std::uint64_t> disk; ///< Bytes of the database and its log.
  std::string trouble;               ///< Why the history could not be read; empty if it could.
  std::vector<job_state> jobs;       ///< How they stand by the settings.
  std::uint32_t cores = 0;
  places where;
  std::string start_command = "pmactor start"; ///< What starts this daemon: where it is a service, its manager does.
  std::chrono::nanoseconds now{}; ///< On the wall clock.
};

/// @returns whether an outage is something to show at a first look, however late that is: one that was not ordered and
/// is not reviewed yet.
bool is_news(const event_row& outage);

/// @returns the line that a person reads first, e.g. "healthy · stress 12 · load 3.4/16 · memory 73
/// % free · last pause 2 h ago (12.3 s, io)". No control character is in it.
std::string status_line(const status_view& view);

/// @returns what ended the machine or the daemon, if that is news; else nothing. No control character but the line's
/// end is in it.
std::string outage_line(const status_view& view);

/// @returns the exit code of `status`: that of the presence; a daemon that is there and does not get on counts as unknown.
int exit_code_of(const status_view& view);

/// @returns that line and the facts below it, each with its line feed.
std::string render_status(const status_view& view, const text_style& style);

/// @returns the same for programs. Keys are added to, never renamed.
std::string status_json(const status_view& view, bool is_indented = true);

} // namespace pmactor
