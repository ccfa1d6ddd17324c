// The daemon's life in one process: actors, signals, an end within a second whatever state it is in.
#pragma once

#include "app/instance/places.hpp"
#include "app/settings/read_settings.hpp"
#include "app/instance/readiness.hpp"
#include "app/instance/runtime_files.hpp"
#include "app/settings/settings.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace pmactor {

/// How `pmactor run` was called.
struct daemon_options {
  places where;
  settings conf;
  std::function<settings_read()> read_settings; ///< Reads them again, for a reload.
  /// Called with what was read again and holds from now on. May be empty.
  std::function<void(const settings&)> settings_taken;
  std::chrono::nanoseconds drill_every{}; ///< Above zero: fail a random actor this often, on purpose.
  std::uint32_t drill_seed = 0;
  readiness* starter = nullptr;   ///< Learns how the daemon gets on; may be null.
  runtime_files* files = nullptr; ///< Looked after while it runs; may be null.
  bool log_is_in_journal = false; ///< Then events go there too.
  std::function<std::string()> log_trouble; ///< As log_file::trouble(). May be empty.
};

/// How many threads the daemon has at most before its first capture, the log's among them.
inline constexpr unsigned threads_of_daemon = 14;

/// Blocks the signals that run_daemon() waits for. Before any thread is started: threads and actors
/// inherit it.
void block_signals();

/// Runs until SIGTERM, SIGINT, or the core's failure; SIGHUP has it read its settings again. The folders
/// exist, the data folder is locked, the log is open, and signals are blocked.
/// @returns the exit code: 0 after a signal, exit_lossy if something was lost then, 1 if the daemon could not go on.
int run_daemon(const daemon_options& options);

} // namespace pmactor
