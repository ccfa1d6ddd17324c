// Decides what is reported of the daemon to what started it: from when on it is ready, whether a watchdog may take it
// for alive, and how it is getting on. Pure.
#pragma once

#include "messages/supervision.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

/// How the daemon is getting on.
struct progress {
  std::uint64_t samples_stored = 0, samples_missed = 0;
  std::vector<fault> faults;
  std::chrono::nanoseconds longest_hang{}; ///< As in supervision_report.
  bool is_past_stored = true; ///< How the run before ended, or there is nothing to be stored of it.
};

/// @param before the count at the pulse before; there is one pulse a second.
/// @returns for how many pulses all but the past was stored, this one included.
int count_pulses_without_past(int before, const progress& x);

/// @returns whether it is ready: the first sample is stored, and how the run before ended, unless that takes more than
/// three pulses, as a disk may hold up for ever what is to be read of it.
bool is_ready(const progress& x, int pulses_without_past);

/// @returns whether a watchdog may take it for alive: a handler that hangs has time left to come back, as what it waits
/// for may, and the SUPERVISOR to replace it.
bool is_alive(const progress& x);

/// @returns the state of the daemon in a few words for `systemctl status`.
std::string status_words(const progress& x);

} // namespace pmactor
