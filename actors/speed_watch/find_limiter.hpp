// Decides what keeps the CPUs from running as fast as they can. Pure.
#pragma once

#include "actors/speed_watch/speed_look.hpp"

#include <string>

namespace pmactor {

struct limiter {
  std::string name; ///< As stored: "thermal", "power", "max_perf_pct", "frequency_limit",
                    ///< "firmware_limit", "no_turbo", "platform_profile", "governor",
                    ///< "energy_preference", "hypervisor", "unknown".
  std::string words; ///< Half a sentence, with its evidence.
  friend bool operator==(const limiter&, const limiter&) = default;
};

/// @param before signs of some seconds ago, while they were slow already. @param mhz at which they
/// run.
/// @param most of which the hardware is capable.
limiter find_limiter(const limiter_signs& before, const limiter_signs& now, double mhz,
                     double most);

} // namespace pmactor
