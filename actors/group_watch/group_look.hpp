// What the kernel counts of the control groups of this machine, for the GROUP WATCH. Tests put a
// stand-in in the place of what reads it.
#pragma once

#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Of one group of one hierarchy. What that does not count is absent; counters only ever grow.
struct group_counts {
  std::string id;   ///< Names it among the groups of all hierarchies. Foreign bytes, as the path.
  std::string path; ///< From the root of the hierarchy: "/system.slice/ssh.service". Foreign bytes.
  std::optional<double> quota;                       ///< In CPUs, where it ran out, and
  std::optional<std::chrono::nanoseconds> period;    ///< over what time.
  std::optional<std::uint64_t> throttles;            ///< Periods in which the quota ran out.
  std::optional<std::chrono::nanoseconds> throttled; ///< Time so lost, added up over the CPUs.
  std::optional<bool> frozen;
  std::optional<std::chrono::nanoseconds> frozen_time;
  std::optional<std::uint64_t> memory_high, memory_max, oom_kills; ///< As memory.events has them.
  std::optional<double> memory_full,
    io_full; ///< Pressure of the last 10 s, percent; only at a close look.
  bool has_new_throttles =
    false; ///< What its quota held up was read anew, whatever the depth of the look.
  friend bool operator==(const group_counts&, const group_counts&) = default;
};

/// How much is read, each with what is before it.
enum class look_depth : std::uint8_t {
  stalls, ///< What may be a stall soon: whether groups are frozen, and what quotas hold up that are
          ///< felt.
  counters, ///< All but pressure.
  pressure, ///< All.
};

struct group_look {
  clock_sample at;
  look_depth depth = look_depth::counters; ///< What is less deep was not read anew.
  std::vector<group_counts>
    groups;               ///< Those of others: not that of this process, nor those around it.
  std::size_t beyond = 0; ///< Groups that were not looked at, as there are too many.
};

/// A quota that is used up takes turns with what it allows. One turn lasts for the quota's period
/// at most: where that is so long, or so little of a CPU is allowed, it is felt as a stall. Else it
/// slows a group down as it is meant to.
/// @param cpus that it allows.
constexpr bool is_felt(double cpus, std::chrono::nanoseconds period) {
  constexpr std::chrono::nanoseconds least_turn = std::chrono::milliseconds{500};
  constexpr double least_quota = 0.05;
  return period >= least_turn || cpus <= least_quota;
}

class group_reader {
public:
  group_reader() = default;
  group_reader(const group_reader&) = delete;
  group_reader& operator=(const group_reader&) = delete;
  virtual ~group_reader() = default;

  /// @returns what is counted now; of what was not read, what was before. Valid until the next
  /// call. Never waits.
  virtual const group_look& read(look_depth depth) = 0;
  /// Never waits. @param path of its group.
  /// @returns what people call the container with this id, e.g. "nginx"; empty if that cannot be
  /// known; absent as long as it is looked up.
  virtual std::optional<std::string> container_name(const std::string& id,
                                                    const std::string& path) = 0;
};

/// What the GROUP WATCH asks of the host.
struct group_watch_host {
  /// @param most groups that are looked at. Empty where there are no control groups.
  std::function<std::unique_ptr<group_reader>(std::size_t most)> open;
};

/// @param root of the file system: empty, or where a test has made up another.
group_watch_host host_groups(const std::string& root = {});

} // namespace pmactor
