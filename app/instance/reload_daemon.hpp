// Has the daemon read its settings again, and waits for its answer.
#pragma once

#include "app/command_line/outcome.hpp"
#include "app/instance/places.hpp"

namespace pmactor {

/// Sends SIGHUP to the process that holds the daemon's lock.
/// @returns what it made of the settings, with its own words if it does not take them.
outcome reload_daemon(const places& where);

} // namespace pmactor
