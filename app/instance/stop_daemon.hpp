// Ends the daemon, and no other process.
#pragma once

#include "app/command_line/exit_codes.hpp"
#include "app/instance/places.hpp"

#include <chrono>

namespace pmactor {

struct stop_result {
  outcome result; ///< A failure also if it ended, but not in good order: something is lost.
  bool stopped = false; ///< False also if there was none to stop.
};

/// Asks the daemon of these places to end (SIGTERM), waits, and ends it by force (SIGKILL) when its
/// time is up. Its PID file is left to it, and removed only if it died without doing so.
stop_result stop_daemon(const places& where, std::chrono::milliseconds patience);

} // namespace pmactor
