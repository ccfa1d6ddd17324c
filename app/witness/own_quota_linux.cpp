#include "app/witness/own_quota.hpp"

#include "actors/clock_sampler/group_counters_linux.hpp"
#include "actors/host/expendable_thread.hpp"

#include <memory>

namespace pmactor {
namespace {

constexpr unsigned follow_every = 20; ///< Readings between two at which the group is looked for.

struct own_quota {
  std::shared_ptr<group_counters> group = std::make_shared<group_counters>(); ///< Also the thread's that follows it.
  expendable_job follows;
  unsigned readings = 0;

  std::optional<std::chrono::nanoseconds> read() {
    // To find out where the process was moved may take long, so another thread does it.
    if (readings++ % follow_every == 0)
      follows.start("pm-group", [mine = group] { mine->follow(); });
    group->catch_up();
    beat_counters x;
    group->read_quota(x);
    return x.throttled;
  }
};

} // namespace

std::function<std::optional<std::chrono::nanoseconds>()> own_quota_reader() {
  return [quota = std::make_shared<own_quota>()] { return quota->read(); };
}

} // namespace pmactor
