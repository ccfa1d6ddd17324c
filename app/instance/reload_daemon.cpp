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

/// @returns what the daemon said, since this moment, about settings that it does not take; empty if
/// its log does not tell within a second.
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
        result.append(" ").append(record->sentence);
      else if (record && record->event == "settings-kept")
        return result; // the last line of its answer
    }
    std::this_thread::sleep_for(20ms); // the log is written by a thread of its own
  }
  return {};
}

} // namespace

outcome reload_daemon(const places& where) {
  const auto found = find_daemon(where);
  if (found.presence != daemon_presence::running)
    return {exit_failed, found.sentence + " There is nothing to reload.", {}};
  const auto& who = *found.daemon;
  const auto name = "process " + std::to_string(who.pid);
  const auto process = process_handle::open(who);
  if (!process || find_daemon(where).daemon != who)
    return {exit_failed, "pmactor (" + name + ") has just ended.", who.pid};
  const auto page_file = find_health_page(where);
  const auto before = open_health_page(page_file);
  // The log tells whole milliseconds.
  const auto since = std::chrono::floor<std::chrono::milliseconds>(
    std::chrono::system_clock::now().time_since_epoch());
  if (const auto error = process->send(SIGHUP); error != 0)
    return {exit_failed, "Cannot signal pmactor (" + name + "): " + std::strerror(error) + '.',
            who.pid};
  constexpr int attempts = 100;
  for (int i = 0; i < attempts; ++i) {
    const auto page = open_health_page(page_file);
    if (page->settings_taken.load() != before->settings_taken.load())
      return {exit_fine, "pmactor (" + name + ") has read its settings again and takes them up.",
              who.pid};
    if (page->settings_refused.load() != before->settings_refused.load())
      return {exit_failed,
              "pmactor (" + name + ") does not take the changed settings; the old ones hold."
                + complaints(where, since),
              who.pid};
    if (process->ends_within(20ms))
      return {exit_failed, "pmactor (" + name + ") has just ended.", who.pid};
  }
  return {exit_failed,
          "pmactor (" + name
            + ") was asked to read its settings again, but does not answer; see `pmactor "
              "inspect`.",
          who.pid};
}

} // namespace pmactor
