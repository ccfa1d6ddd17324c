// The daemon's life in one process: actors, signals, an end within a second whatever state it is in.
#pragma once

#include "app/places.hpp"
#include "app/settings.hpp"

#include <chrono>
#include <cstdint>

namespace pmactor {

/// How `pmactor run` was called.
struct daemon_options {
  places where;
  settings conf;
  std::chrono::nanoseconds drill_every{}; ///< Above zero: fail a random actor this often, on purpose.
  std::uint32_t drill_seed = 0;
};

/// Blocks the signals that wait_for_end() waits for. Before any thread is started: threads and actors
/// inherit it.
void block_signals();

/// Runs until SIGTERM, SIGINT, or the core's failure. The folders exist, the data folder is locked, the
/// log is open, and signals are blocked.
/// @returns the exit code: 0 after a signal, 1 if the daemon could not go on.
int run_daemon(const daemon_options& options);

} // namespace pmactor
