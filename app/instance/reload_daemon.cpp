#include "app/instance/reload_daemon.hpp"

#include "actors/supervision/map_health_page.hpp"
#include "actors/supervision/reload_order.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/process_handle.hpp"
#include "app/views/inspect_health.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// @returns why the daemon did not take the settings, each problem behind a line feed.
std::string reasons(const health_page& page) {
  const auto problems = page.settings_problems.as_it_is();
  // A daemon of the version before keeps them in its log alone.
  return problems.empty() ? " `pmactor logs` says why." : '\n' + problems;
}

/// @returns why a process that is halted does not answer and what lets it go on; empty if it is not halted.
std::string halt_in_words(const std::filesystem::path& page) {
  try {
    const auto verdict = inspect_health(page).verdict;
    if (verdict.state != health_state::stopped)
      return {};
    return verdict.headline + ". It reads its settings again as soon as it goes on"
           + (verdict.resume.empty() ? "." : ": " + verdict.resume + " lets it go on.");
  } catch (const std::exception&) { // its page is gone
    return {};
  }
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
  std::string trouble;
  const auto read_page = [&]() -> const_health_page_ptr {
    try {
      return open_health_page(page_file);
    } catch (const std::exception& e) {
      trouble = e.what();
      if (!trouble.ends_with('.'))
        trouble += '.';
      return nullptr;
    }
  };
  const auto before = read_page();
  if (!before)
    return failed(" was not asked to read its settings again, as its answer could not be read: " + trouble
                  + " Try again if it has just started; if the page is gone, `pmactor restart` makes it anew.");
  if (const auto error = process->send(SIGHUP); error != 0)
    return {{exit_failed, "Cannot signal " + name + ": " + std::strerror(error) + '.', daemon.pid}};
  // What it restarts may have to wait for a disk.
  constexpr std::chrono::milliseconds patience = 10s, between = 20ms;
  static_assert(patience >= held_up_after + 3s); // the end of a child until it is left behind, and two pulses
  for (auto waited = 0ms; waited < patience; waited += between) {
    const auto page = read_page(); // a page that is removed is soon made anew
    const auto has_moved = [&](auto health_page::*counter) {
      return page && (page.get()->*counter).load() != (before.get()->*counter).load();
    };
    if (has_moved(&health_page::settings_refused))
      return failed(" does not take the changed settings; the old ones hold." + reasons(*page));
    const bool is_incomplete = has_moved(&health_page::settings_incomplete);
    if (is_incomplete || has_moved(&health_page::settings_taken)) {
      const auto what = page->settings_answer.as_it_is();
      return {{is_incomplete ? exit_failed : exit_fine, name + " has read its settings again: " + what + '.',
               daemon.pid},
              true, what};
    }
    // A halted process answers nothing. Once a second, as a debugger may hold it for a moment.
    if (waited > 0ms && waited % 1s == 0ms)
      if (auto halt = halt_in_words(page_file); !halt.empty())
        return {{exit_failed, std::move(halt), daemon.pid}};
    if (process->ends_within(between))
      return failed(" has just ended.");
  }
  return failed(" was asked to read its settings again, and what they concern is not up within "
                + std::to_string(std::chrono::floor<std::chrono::seconds>(patience).count()) + " s; see `pmactor inspect`.");
}

} // namespace pmactor
