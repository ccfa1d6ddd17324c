#include "actors/group_watch/judge_groups.hpp"

#include "actors/group_watch/name_group.hpp"
#include "messages/event_facts.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

template <class T>
T grown(const std::optional<T>& before, const std::optional<T>& after) {
  return before && after && *after > *before ? *after - *before : T{};
}

/// @returns for how long nothing need be counted of a quota that holds a group up: what is used
/// beyond a small quota, as the kernel measures by its ticks, is taken off the next periods, and a
/// turn is counted as it ends.
nanoseconds patience(nanoseconds period) {
  return std::clamp<nanoseconds>(6 * period, 2s, 10s);
}

clock_sample earlier(const clock_sample& x, nanoseconds by) {
  return {x.awake - by, x.total - by, x.wall - by};
}

stall_facts facts_of(stall_resource resource, const std::string& name, bool is_over) {
  stall_facts result;
  result.resource = resource;
  result.name = name;
  result.felt_by = {in_words(stall_sense::group_counts, {})};
  result.is_over = is_over;
  return result;
}

std::string quota_words(const std::optional<double>& quota) {
  return quota ? " of " + printed("%.3g", *quota) + (*quota == 1 ? " CPU" : " CPUs")
               : std::string{};
}

/// @returns "for 3.20 s of 5.00 s by its CPU quota of 0.5 CPUs".
std::string throttled_words(nanoseconds throttled, nanoseconds span,
                            const std::optional<double>& quota) {
  return "for " + spelled(throttled) + " of " + spelled(span)
         + (throttled > span ? " (added up over the CPUs)" : "") + " by its CPU quota"
         + quota_words(quota);
}

event_facts facts_of(const group_slowdown& x, const std::string& name, const std::string& path,
                     bool is_over) {
  const auto span = x.ended.awake - x.began.awake;
  event_facts result;
  result.title = name + (is_over ? " was throttled " : " is throttled ")
                 + throttled_words(x.throttled, span, x.quota);
  result.add("limiter", std::string{"quota"});
  result.add("group", path);
  if (x.quota)
    result.add("quota_cpus", *x.quota);
  result.add("throttled_s", to_seconds(x.throttled));
  result.is_over = is_over;
  return result;
}

group_counts throttles_of(const group_counts& x) {
  group_counts result;
  result.throttles = x.throttles;
  result.throttled = x.throttled;
  return result;
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : grouped(count) + " times";
}

} // namespace

/// What happened between two looks.
struct group_tracker::growth {
  const group_counts& before;
  const group_counts& after;
  clock_sample since, at;

  /// Whether the machine slept meanwhile.
  bool slept() const {
    return at.total - since.total - span() > 500ms;
  }
  nanoseconds span() const {
    return at.awake - since.awake;
  }
  nanoseconds throttled() const {
    return grown(before.throttled, after.throttled);
  }
  std::uint64_t throttles() const {
    return grown(before.throttles, after.throttles);
  }
};

const std::string& group_tracker::words_of(known_group& group) {
  if (group.is_named)
    return group.words;
  auto name = name_group(group.counts.path);
  group.is_named = true;
  if (!name.container_id.empty() && *names_) {
    const auto people_say = (*names_)(name.container_id, group.counts.path);
    group.is_named = people_say.has_value();
    if (people_say && !people_say->empty())
      name.words.insert(10, *people_say + ", "); // behind "container "
  }
  return group.words = std::move(name.words);
}

/// Begins a stall, or goes on with it. @param held how long before now it goes back at least.
void group_tracker::go_on(std::optional<group_stall>& which, known_group& group,
                          stall_resource resource, nanoseconds held, const growth& grew,
                          const group_watch_policy& policy, group_findings& to) {
  if (!which) {
    if (stalls_ >= most_stalls)
      return;
    ++stalls_;
    auto& fresh = which.emplace();
    fresh.began = earlier(grew.at, std::clamp(held, nanoseconds{}, grew.span()));
    // Several may begin at once, as far as is known.
    constexpr std::uint64_t names = 1024;
    fresh.id = mint_event_id(event_kind::stall,
                             fresh.began.wall + 8ns * static_cast<std::int64_t>(minted_++ % names));
    fresh.uncertainty = std::min<nanoseconds>(grew.span() / 2, 1s);
  }
  which->ended = grew.at;
  if (which->was_reported || which->ended.awake - which->began.awake < policy.least)
    return;
  which->was_reported = true;
  pause_event event;
  event.id = which->id;
  event.kind = event_kind::stall;
  event.before = which->began;
  event.after = which->ended;
  event.started = which->began.wall;
  event.ended = which->ended.wall;
  event.duration = which->ended.awake - which->began.awake;
  event.uncertainty = which->uncertainty;
  explain_stall(event, facts_of(resource, words_of(group), false));
  to.stalls.emplace_back(std::move(event));
}

void group_tracker::end(std::optional<group_stall>& which, known_group& group,
                        stall_resource resource, group_findings& to) {
  if (!which)
    return;
  --stalls_;
  if (which->was_reported) {
    event_amendment over;
    over.id = which->id;
    over.over = event_amendment::end{which->ended.wall, which->ended.awake - which->began.awake};
    over.stall = facts_of(resource, words_of(group), true);
    to.stalls.emplace_back(std::move(over));
  }
  which.reset();
}

void group_tracker::judge_quota(known_group& group, const growth& grew, const group_watch_policy& policy,
                                group_findings& to) {
  const auto throttled = grew.throttled();
  const auto throttles = grew.throttles();
  // In how much of the time it ran out. The throttled time is that of all CPUs, and counted as a
  // turn ends.
  const auto period = group.counts.period.value_or(nanoseconds{});
  const auto held =
    std::min(grew.span(), std::max(throttled, period * static_cast<std::int64_t>(throttles)));
  const bool is_held = throttled > nanoseconds{} && is_felt(group.counts.quota.value_or(1), period);
  if (is_held && 2 * held >= grew.span()) {
    go_on(group.held, group, stall_resource::quota, held, grew, policy, to);
  } else if (group.held && throttled > nanoseconds{}) { // it ended within this look
    group.held->ended = earlier(grew.at, grew.span() - std::min(throttled, grew.span()));
    end(group.held, group, stall_resource::quota, to);
  } else if (group.held && grew.at.awake - group.held->ended.awake >= patience(period)) {
    end(group.held, group, stall_resource::quota, to);
  }
}

void group_tracker::remark_quota(known_group& group, const growth& grew,
                                 const group_watch_policy& policy) {
  const auto throttled = grew.throttled();
  const auto share = to_seconds(throttled) / std::max(1e-3, to_seconds(grew.span()));
  if (share < policy.least_share)
    return;
  remarks_.push_back({share,
                      {"throttled " + group.counts.path,
                       words_of(group) + " was throttled "
                         + throttled_words(throttled, grew.span(), group.counts.quota),
                       grew.since, grew.at}});
}

void group_tracker::judge_slowdown(known_group& group, const growth& grew,
                                   const group_watch_policy& policy, group_findings& to) {
  const auto throttled = grew.throttled();
  const auto quota = group.counts.quota;
  const auto ran_out =
    group.counts.period.value_or(nanoseconds{}) * static_cast<std::int64_t>(grew.throttles());
  // Throttled time is added up over the CPUs, so that it is held against what the quota let it use
  // of them as well.
  const auto least = to_seconds(grew.span()) * policy.slowed_share * (group.slowed ? 0.5 : 1);
  const auto used = to_seconds(grew.span()) * quota.value_or(0);
  const bool is_slow = quota && to_seconds(ran_out) >= least && to_seconds(throttled) >= least
                       && to_seconds(throttled) * (1 - policy.slowed_share)
                            >= used * policy.slowed_share * (group.slowed ? 0.5 : 1);
  if (!is_slow || group.held) {
    end_slowdown(group, to);
    return;
  }
  if (!group.slowed) {
    if (slowed_ >= most_slowed)
      return;
    ++slowed_;
    auto& fresh = group.slowed.emplace();
    fresh.began = grew.since;
    constexpr std::uint64_t names = 1024;
    fresh.id = mint_event_id(event_kind::slowed,
                             fresh.began.wall + 8ns * static_cast<std::int64_t>(minted_++ % names));
    fresh.uncertainty = grew.span() / 2;
  }
  auto& x = *group.slowed;
  x.ended = grew.at;
  x.throttled += throttled;
  x.quota = quota;
  if (x.was_reported || x.ended.awake - x.began.awake < policy.least_slowed)
    return;
  x.was_reported = true;
  pause_event event;
  event.id = x.id;
  event.kind = event_kind::slowed;
  event.before = x.began;
  event.after = x.ended;
  event.started = x.began.wall;
  event.ended = x.ended.wall;
  event.duration = x.ended.awake - x.began.awake;
  event.uncertainty = x.uncertainty;
  event.facts = to_json(facts_of(x, words_of(group), group.counts.path, false));
  to.slowed.emplace_back(std::move(event));
}

void group_tracker::end_slowdown(known_group& group, group_findings& to) {
  if (!group.slowed)
    return;
  --slowed_;
  const auto& x = *group.slowed;
  if (x.was_reported) {
    event_amendment over;
    over.id = x.id;
    over.over = event_amendment::end{x.ended.wall, x.ended.awake - x.began.awake};
    over.facts = to_json(facts_of(x, words_of(group), group.counts.path, true));
    to.slowed.emplace_back(std::move(over));
  }
  group.slowed.reset();
}

void group_tracker::judge_freezer(known_group& group, const growth& grew,
                                  const group_watch_policy& policy, group_findings& to) {
  const auto& now = grew.after;
  if (!now.frozen)
    return;
  const bool counts_time = grew.before.frozen_time && now.frozen_time;
  const auto frozen = grown(grew.before.frozen_time, now.frozen_time);
  if (grew.slept()) { // for which systemd freezes what its users run
    end(group.frozen, group, stall_resource::freezer, to);
    return;
  }
  if (*now.frozen) {
    if (group.frozen
        || !grew.before.frozen.value_or(true)) // else since when is not known: it is meant to be so
      go_on(group.frozen, group, stall_resource::freezer, counts_time ? frozen : grew.span() / 2,
            grew, policy, to);
    return;
  }
  if (!group.frozen && frozen >= policy.least) // it came and went between two looks
    go_on(group.frozen, group, stall_resource::freezer, frozen, grew, policy, to);
  else if (group.frozen)
    group.frozen->ended = counts_time
                            ? earlier(grew.at, grew.span() - std::min(frozen, grew.span()))
                            : earlier(grew.at, grew.span() / 2);
  end(group.frozen, group, stall_resource::freezer, to);
}

void group_tracker::judge_memory(known_group& group, const growth& grew,
                                 const group_watch_policy& policy) {
  const auto add = [&](double weight, const char* topic, const std::string& says) {
    remarks_.push_back({weight,
                        {std::string{topic} + ' ' + group.counts.path, words_of(group) + says,
                         grew.since, grew.at}});
  };
  if (const auto killed = grown(grew.before.oom_kills, grew.after.oom_kills); killed > 0)
    add(100, "killed",
        " had " + grouped(killed) + (killed == 1 ? " process" : " processes")
          + " killed, as it had used up its memory");
  else if (const auto full = grown(grew.before.memory_max, grew.after.memory_max); full > 0)
    add(10, "memory", " ran into its limit of memory (memory.max) " + times(full));
  else if (const auto high = grown(grew.before.memory_high, grew.after.memory_high); high > 0)
    add(5, "memory", " was held up at its limit of memory (memory.high) " + times(high));
  if (const auto x = grew.after.memory_full.value_or(0); x >= policy.least_pressure)
    add(x / 100, "memory pressure", " waited for memory for " + printed("%.0f %%", x) + " of 10 s");
  if (const auto x = grew.after.io_full.value_or(0); x >= policy.least_pressure)
    add(x / 100, "I/O pressure", " waited for disks for " + printed("%.0f %%", x) + " of 10 s");
}

group_findings group_tracker::look(const group_look& x, const group_watch_policy& policy,
                                   const container_names& names) {
  group_findings result;
  names_ = &names;
  remarks_.clear();
  ++looks_;
  for (const auto& counts : x.groups) {
    const auto [i, is_new] = groups_.try_emplace(counts.id);
    auto& group = i->second;
    group.look = looks_;
    const auto before = std::exchange(group.counts, counts);
    const auto since = std::exchange(group.at, x.at);
    if (!is_new && x.at.awake > since.awake)
      judge_freezer(group, {before, group.counts, since, x.at}, policy, result);
    if (counts.has_new_throttles) {
      const auto throttled = std::exchange(group.throttled, throttles_of(counts));
      const auto throttled_at = std::exchange(group.throttled_at, x.at);
      if (throttled_at != clock_sample{} && x.at.awake > throttled_at.awake)
        judge_quota(group, {throttled, group.throttled, throttled_at, x.at}, policy, result);
    }
    if (x.depth == look_depth::stalls)
      continue;
    const auto counted = std::exchange(group.counted, counts);
    const auto counted_at = std::exchange(group.counted_at, x.at);
    if (counted_at == clock_sample{} || x.at.awake <= counted_at.awake)
      continue;
    const growth grew{counted, group.counted, counted_at, x.at};
    // Not at each look that reads the quota: most say nothing new, and who keeps remarks keeps few.
    remark_quota(group, grew, policy);
    judge_slowdown(group, grew, policy, result);
    judge_memory(group, grew, policy);
  }
  for (auto i = groups_.begin(); i != groups_.end();) {
    auto& group = i->second;
    if (group.look == looks_) {
      ++i;
      continue;
    }
    end(group.held, group, stall_resource::quota,
        result); // it is gone, and with it what held it up
    end(group.frozen, group, stall_resource::freezer, result);
    end_slowdown(group, result);
    i = groups_.erase(i);
  }
  std::stable_sort(remarks_.begin(), remarks_.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < remarks_.size() && i < most_remarks; ++i)
    result.remarks.push_back(std::move(remarks_[i].second));
  result.is_close = stalls_ > 0;
  for (const auto& [id, group] : groups_)
    for (const auto* one : {&group.held, &group.frozen})
      if (const auto& y = *one; y && !y->was_reported)
        if (const auto due = y->began.awake + policy.least; due > x.at.awake)
          result.next_look = std::min(result.next_look.value_or(due), due);
  return result;
}

} // namespace pmactor
