// Decides from the records of one CPU's ring who was on that CPU. Pure.
#pragma once

#include "actors/switch_recorder/switch_log.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace pmactor {

/// What the records say of tasks that may have ended since.
struct recorded_names {
  std::map<std::int32_t, std::string> names;    ///< By pid: the last one that it gave itself by executing a program.
  std::map<std::int32_t, std::int32_t> parents; ///< By pid.
};

struct log_request {
  std::chrono::nanoseconds since{}; ///< Stretches that ended before are left out.
  std::chrono::nanoseconds taken{}; ///< When the records were copied; both on the awake clock.
};

/// @param newest_first the bytes of the ring, *size* of them.
/// @param names is added to; @param lost as well, by those records that were lost since.
cpu_log compose_log(std::uint32_t cpu, const std::byte* newest_first, std::size_t size,
                    const log_request& asked, recorded_names& names, std::uint64_t& lost);

} // namespace pmactor
