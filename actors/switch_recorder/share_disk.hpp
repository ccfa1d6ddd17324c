// Decides whose requests were ahead at a disk while others waited for it. Pure.
#pragma once

#include "actors/switch_recorder/switch_log.hpp"

#include <chrono>
#include <cstdint>
#include <map>

namespace pmactor {

/// In a stretch in which a disk did not answer for this long it stood still by itself: whatever is
/// queued there waits as well, and holds up none.
constexpr std::chrono::nanoseconds disk_stands_still = std::chrono::seconds{1};

struct disk_share {
  std::chrono::nanoseconds held{};
  double bytes = 0; ///< That the disk moved for it.
};

struct disk_shares {
  std::map<std::int32_t, disk_share> by_process; ///< By pid; -1 of what is not recorded.
  std::chrono::nanoseconds stood_still{};
};

/// A process that comes to a disk waits for the bytes that are queued there: each moment is shared by
/// those, between the processes that have them queued. A process with no more than a single small
/// request there waits as the others do, and is charged with nothing; nor is any process while the
/// disk stands still.
/// @pre The log has what ended up to `disk_stands_still` before *since*.
disk_shares share_disk(const disk_log& disk, std::chrono::nanoseconds since,
                       std::chrono::nanoseconds until);

} // namespace pmactor
