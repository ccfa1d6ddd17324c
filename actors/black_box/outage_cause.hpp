// The causes that an outage may have, and their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// What ended it.
enum class outage_cause : std::uint8_t {
  shutdown,   ///< The machine was shut down in good order.
  reboot,     ///< It was restarted in good order.
  stopped,    ///< Only the daemon was ended, in good order.
  upgraded,   ///< Likewise, and another build of it was started.
  crashed,    ///< Only the daemon: by a fault of its own.
  killed,     ///< Only the daemon: by SIGKILL.
  oom_killed, ///< Only the daemon: by the kernel, as memory had run out.
  panic,      ///< The kernel panicked.
  watchdog,   ///< A watchdog reset the machine.
  power_loss, ///< The power went.
  battery_empty,
  reset,       ///< It was started anew without a shutdown, and its power stayed on.
  host_killed, ///< The hypervisor ended this guest, or its host lost power.
  unexplained, ///< No trace is left.
};
inline constexpr std::size_t outage_causes = 14;
std::string to_string(outage_cause x); ///< As stored: "power_loss".
std::optional<outage_cause> outage_cause_from(std::string_view name);
/// @returns whether it ended the machine, and not the daemon alone.
bool is_of_machine(outage_cause x);
/// @returns whether it is worth a notice: whatever was not done on purpose.
bool is_mishap(outage_cause x);

} // namespace pmactor
