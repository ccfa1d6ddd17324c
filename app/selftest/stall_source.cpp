#include "app/selftest/stall_source.hpp"

namespace pmactor {

const std::vector<stall_kind>& stall_kinds() {
  static const std::vector<stall_kind> kinds{
    {.name = "frozen-disk",
     .cause = pause_cause::io,
     .least = 1.7,
     .most = 3,
     .make = make_frozen_disk},
    // Whether a mount answers is asked once a second.
    {.name = "hanging-mount",
     .cause = pause_cause::io,
     .least = 2.5,
     .most = 3.5,
     .make = make_hanging_mount},
    {.name = "memory-group",
     .cause = pause_cause::memory,
     .least = 2.2,
     .most = 3,
     .make = make_short_memory},
    {.name = "realtime-hogs",
     .cause = pause_cause::cpu_wait,
     .least = 1.5,
     .most = 2,
     .may_pause = true,
     .make = make_realtime_hogs},
  };
  return kinds;
}

} // namespace pmactor
