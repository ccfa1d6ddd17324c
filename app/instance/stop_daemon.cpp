#include "app/instance/stop_daemon.hpp"

#include "actors/host/process_facts.hpp"
#include "actors/supervision/map_health_page.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/process_handle.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// What remains of SIGKILL once it is sent: the kernel tears the process down.
constexpr auto patience_after_kill = 5s;

stop_result failed(std::string sentence, std::int64_t pid) {
  return {{exit_failed, std::move(sentence), pid}, false};
}

/// Clears away what a daemon that was killed left behind.
void remove_stale_files(const places& where) {
  pid_file::adopt(where.lock_file());
  for (auto runtime : {where.runtime, find_other_runtime(where)})
    if (!runtime.empty()) {
      auto there = where;
      there.runtime = std::move(runtime);
      pid_file::adopt(there.pid_file()); // held, and so ours to remove; gone with the object
    }
}

/// @returns what a daemon that has ended said last, if it did not end in good order.
std::optional<std::string> find_failure(const std::vector<std::filesystem::path>& pages,
                                        const process_identity& daemon) {
  for (const auto& file : pages)
    try {
      const auto page = open_health_page(file);
      if (page->pid.load() != daemon.pid || page->process_start.load() != daemon.start)
        continue;
      return page->phase.load() == daemon_phase::failed ? std::optional{page->last_words.read()}
                                                        : std::nullopt;
    } catch (const std::exception&) { // there is none, or it is not for us: nothing is known
    }
  return std::nullopt;
}

/// The pages that it may have.
std::vector<std::filesystem::path> health_pages(places where) {
  std::vector<std::filesystem::path> result{where.health_page()};
  where.runtime = find_other_runtime(where);
  if (!where.runtime.empty())
    result.push_back(where.health_page());
  return result;
}

std::string took(std::chrono::steady_clock::time_point begin) {
  return to_words(std::chrono::steady_clock::now() - begin);
}

} // namespace

stop_result stop_daemon(const places& where, std::chrono::milliseconds patience) {
  const auto begin = std::chrono::steady_clock::now();
  const auto found = find_daemon(where);
  switch (found.presence) {
    case daemon_presence::not_running:
      return {{exit_fine, "pmactor is not running; there is nothing to stop.", {}}, false};
    case daemon_presence::dead:
      remove_stale_files(where);
      return {{exit_fine, found.sentence + " There is nothing to stop.", {}}, false};
    case daemon_presence::unknown:
      return {{exit_failed, found.sentence + " Nothing was stopped.", {}}, false};
    case daemon_presence::running:
      break;
  }
  const auto& daemon = *found.daemon;
  const auto pages = health_pages(where);
  const auto name = "process " + std::to_string(daemon.pid);
  if (daemon.pid <= 1)
    return failed("pmactor runs as " + name
                    + " of a container, which only the container's end ends.",
                  daemon.pid);
  const auto process = process_handle::open(daemon);
  // What we hold must be what holds the PID file, still.
  if (!process || find_daemon(where).daemon != daemon)
    return {{exit_fine, "pmactor (" + name + ") has just ended by itself.", daemon.pid}, false};
  if (const auto error = process->send(SIGTERM); error == EPERM)
    return failed("Cannot stop pmactor (" + name + "): it belongs to another user; try `sudo`.",
                  daemon.pid);
  else if (error != 0 && error != ESRCH)
    return failed("Cannot stop pmactor (" + name + "): " + std::strerror(error) + '.', daemon.pid);
  if (const auto facts = facts_of(daemon.pid);
      facts && (facts->state == 'T' || facts->state == 't'))
    process->send(SIGCONT); // a stopped process handles no other signal
  if (process->ends_within(patience)) {
    const auto failure = find_failure(pages, daemon);
    remove_stale_files(where);
    if (failure)
      return {{exit_failed,
               "pmactor (" + name + ") has ended, after " + took(begin)
                 + ", but not in good order: " + *failure + '.',
               daemon.pid},
              true};
    return {{exit_fine, "pmactor (" + name + ") has ended, after " + took(begin) + '.', daemon.pid},
            true};
  }
  process->send(SIGKILL);
  if (!process->ends_within(patience_after_kill))
    return failed("pmactor (" + name
                    + ") does not end, not even by force: it waits in the kernel,"
                      " perhaps for a disk that hangs.",
                  daemon.pid);
  remove_stale_files(where);
  return {{exit_failed,
           "pmactor (" + name + ") did not end when asked and was ended by force, after " + took(begin)
             + ". What it had stored is safe; what it had not stored yet is lost.",
           daemon.pid},
          true};
}

} // namespace pmactor
