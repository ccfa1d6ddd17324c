// Starts the daemon in the background and waits until it is of use.
#pragma once

#include "app/command_line/exit_codes.hpp"
#include "app/command_line/place_flags.hpp"

#include <chrono>

namespace pmactor {

/// Starts `pmactor run` in a session of its own, without a terminal, and waits until its first sample and the end of
/// the run before are stored, it has failed, or the time is up. One that runs already is left alone, which is a success.
outcome start_daemon(const place_flags& where, std::chrono::milliseconds patience);

} // namespace pmactor
