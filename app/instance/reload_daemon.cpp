#include "app/instance/reload_daemon.hpp"

#include "actors/supervision/map_health_page.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/process_handle.hpp"
#include "app/instance/read_log.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// @returns what the daemon logged, since this moment, about settings that it does not take, each problem behind a line
/// feed; empty if its log has nothing of it within a second.
std::string complaints(const places& where, std::chrono::nanoseconds since) {
  log_filter filter;
  filter.since = since;
  filter.component = "daemon";
  constexpr std::size_t most = 50;
  constexpr int attempts = 50;
  for (int i = 0; i < attempts; ++i) {
    std::string result;
    for (const auto& line : log_snapshot{where.log_file()}.last_lines(most, filter)) {
      const auto record = parse_log_line(line);
      if (record && record->event == "settings-refused")
        result.append("\n").append(record->sentence);
      else if (record && record->event == "settings-kept")
        return result; // the last line of its answer
    }
    std::this_thread::sleep_for(20ms); // the log is written by a thread of its own
  }
  return {};
}

} // namespace

reload_answer reload_daemon(const places& where) {
  const auto found = find_daemon(where);
  if (found.presence != daemon_presence::running)
    return {{exit_failed, found.sentence + " There is nothing to reload.", {}}};
  const auto& daemon = *found.daemon;
  const auto name = "pmactor (process " + std::to_string(daemon.pid) + ')';
  const auto failed = [&](const std::string& why) {
    return reload_answer{{exit_failed, name + why, daemon.pid}};
  };
  const auto process = process_handle::open(daemon);
  if (!process || find_daemon(where).daemon != daemon)
    return failed(" has just ended.");
  const auto page_file = find_health_page(where);
  const auto before = open_health_page(page_file);
  // The log has whole milliseconds.
  const auto since = std::chrono::floor<std::chrono::milliseconds>(
    std::chrono::system_clock::now().time_since_epoch());
  if (const auto error = process->send(SIGHUP); error != 0)
    return {{exit_failed, "Cannot signal " + name + ": " + std::strerror(error) + '.', daemon.pid}};
  // What it restarts may have to wait for a disk.
  constexpr std::chrono::milliseconds patience = 10s, between = 20ms;
  for (auto waited = 0ms; waited < patience; waited += between) {
    const auto page = open_health_page(page_file);
    const auto has_moved = [&](auto health_page::*counter) {
      return (page.get()->*counter).load() != (before.get()->*counter).load();
    };
    if (has_moved(&health_page::settings_refused))
      return failed(" does not take the changed settings; the old ones hold." + complaints(where, since));
    const bool is_incomplete = has_moved(&health_page::settings_incomplete);
    if (is_incomplete || has_moved(&health_page::settings_taken)) {
      const auto what = page->settings_answer.as_it_is();
      return {{is_incomplete ? exit_failed : exit_fine, name + " has read its settings again: " + what + '.',
               daemon.pid},
              true, what};
    }
    if (process->ends_within(between))
      return failed(" has just ended.");
  }
  return failed(" was asked to read its settings again, and what they concern is not up within "
                + std::to_string(std::chrono::floor<std::chrono::seconds>(patience).count()) + " s; see `pmactor inspect`.");
}

} // namespace pmactor
