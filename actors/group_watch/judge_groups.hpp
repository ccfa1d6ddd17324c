// Decides what held up the control groups of others: a CPU quota, a freezer, a limit of memory.
// What lasted for long is a stall of the group; the rest is a remark, which becomes evidence of
// whatever happened meanwhile. Pure.
#pragma once

#include "actors/group_watch/group_look.hpp"
#include "actors/group_watch/group_watch_policy.hpp"
#include "messages/pause.hpp"
#include "messages/remark.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// What is to be reported after a look.
struct group_findings {
  std::vector<remark> remarks;
  std::vector<pause_news> stalls; ///< Events of kind stall, and amendments at their end.
  std::vector<pause_news> slowed; ///< The same of kind slowed.
  bool is_close = false;          ///< Whether the next look should be a close one: a stall lasts.
  /// When what lasts and was not reported becomes long enough to be a stall, on the awake clock.
  std::optional<std::chrono::nanoseconds> next_look;
};

/// @param id of a container. @param path of its group.
/// @returns what people call it; empty if that is not known; absent as long as it is looked up.
using container_names =
  std::function<std::optional<std::string>(const std::string& id, const std::string& path)>;

/// A group that its quota or its freezer holds up.
struct group_stall {
  event_id id;
  clock_sample began, ended; ///< As far as is known.
  std::chrono::nanoseconds uncertainty{};
  bool was_reported = false;
};

/// A group that its quota keeps from a good part of what it would have used, though it gets its
/// turns.
struct group_slowdown {
  event_id id;
  clock_sample began, ended; ///< As far as is known.
  std::chrono::nanoseconds throttled{}, uncertainty{};
  std::optional<double> quota; ///< In CPUs.
  bool was_reported = false;
};

class group_tracker {
public:
  group_findings look(const group_look& x, const group_watch_policy& policy,
                      const container_names& names);

  static constexpr std::size_t most_remarks = 8; ///< Of one look: the most telling.
  static constexpr std::size_t most_stalls = 16; ///< At once, and
  static constexpr std::size_t most_slowed = 16; ///< of these.

private:
  struct known_group {
    group_counts counts;     ///< Of the last look, and
    clock_sample at;         ///< when that was.
    group_counts counted;    ///< Of the last look that read the counters, and
    clock_sample counted_at; ///< when that was.
    group_counts throttled;  ///< Of the last look that read what the quota held up: that alone, and
    clock_sample throttled_at; ///< when that was.
    std::uint64_t look = 0;  ///< The last that it was part of.
    std::string words;       ///< What people call it; empty until that is asked for.
    bool is_named = false;   ///< That is all that can be known.
    std::optional<group_stall> held, frozen;
    std::optional<group_slowdown> slowed;
  };
  struct growth;

  void judge_quota(known_group& group, const growth& grew, const group_watch_policy& policy,
                   group_findings& to);
  void remark_quota(known_group& group, const growth& grew, const group_watch_policy& policy);
  void judge_slowdown(known_group& group, const growth& grew, const group_watch_policy& policy,
                      group_findings& to);
  void end_slowdown(known_group& group, group_findings& to);
  void judge_freezer(known_group& group, const growth& grew, const group_watch_policy& policy,
                     group_findings& to);
  void judge_memory(known_group& group, const growth& grew, const group_watch_policy& policy);
  void go_on(std::optional<group_stall>& which, known_group& group, stall_resource resource,
             std::chrono::nanoseconds held, const growth& grew, const group_watch_policy& policy,
             group_findings& to);
  void end(std::optional<group_stall>& which, known_group& group, stall_resource resource,
           group_findings& to);
  const std::string& words_of(known_group& group);

  std::map<std::string, known_group> groups_;
  std::vector<std::pair<double, remark>> remarks_; ///< Of a look, with how much each says.
  std::uint64_t looks_ = 0, minted_ = 0;
  std::size_t stalls_ = 0, slowed_ = 0;    ///< That last.
  const container_names* names_ = nullptr; ///< During a look.
};

} // namespace pmactor
