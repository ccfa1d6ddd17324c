// Has the daemon read its settings again, and waits until what they concern is up again.
#pragma once

#include "app/command_line/exit_codes.hpp"
#include "app/instance/places.hpp"

#include <string>

namespace pmactor {

struct reload_answer {
  outcome said;       ///< With the daemon's own words if it does not take the settings.
  bool holds = false; ///< The settings hold, even if what they concern may have failed since.
  std::string what{}; ///< What has changed, and what was restarted; of settings that hold.
};

/// Sends SIGHUP to the process that holds the daemon's lock.
reload_answer reload_daemon(const places& where);

} // namespace pmactor
