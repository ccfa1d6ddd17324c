#include "actors/speed_watch/judge_speed.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

busy_speed speed_of(const speed_look& x, const speed_watch_policy& policy) {
  busy_speed result;
  for (const auto& cpu : x.cpus) {
    if (cpu.busy < policy.busy_at || !cpu.mhz || !cpu.most || *cpu.most <= 0)
      continue;
    ++result.cpus;
    result.mhz += *cpu.mhz;
    result.most += *cpu.most;
  }
  if (result.cpus > 0) {
    result.mhz /= static_cast<double>(result.cpus);
    result.most /= static_cast<double>(result.cpus);
  }
  return result;
}

pace judge_pace(const busy_speed& x, const speed_watch_policy& policy) {
  if (x.cpus == 0)
    return pace::unknown;
  return x.mhz < policy.slow_below * x.most ? pace::slow : pace::fast;
}

bool may_be_busy(const system_sample& x, const speed_watch_policy& policy) {
  return x.cpu_pct && *x.cpu_pct / 100 * std::max(1u, x.cores) >= policy.busy_at;
}

pace judge_level(const system_sample& x, const speed_watch_policy& policy) {
  if (!x.pressure || (*x.pressure >= thermal_pressure::heavy && !may_be_busy(x, policy)))
    return pace::unknown;
  return *x.pressure >= thermal_pressure::heavy ? pace::slow : pace::fast;
}

slow_episode::change slow_episode::add(pace now, const clock_sample& at, nanoseconds lived,
                                       const speed_watch_policy& policy) {
  if (now == pace::slow) {
    const bool begins = !is_slow_;
    if (begins) {
      is_slow_ = true;
      began_ = {at.awake - lived, at.total - lived, at.wall - lived};
      length_ = since_slow_ = {};
    }
    length_ += since_slow_ + lived;
    since_slow_ = {};
    last_slow_ = at;
    if (!is_reported_ && length_ >= policy.least) {
      is_reported_ = true;
      return change::begun;
    }
    return begins ? change::suspected : change::none;
  }
  if (!is_slow_)
    return change::none;
  since_slow_ += lived;
  // What is not slow for long enough yet has to be so without a break; an idle second says nothing.
  const auto patience = is_reported_        ? policy.over_after
                        : now == pace::fast ? nanoseconds{}
                                            : policy.least;
  if (since_slow_ < patience)
    return change::none;
  is_slow_ = false;
  return std::exchange(is_reported_, false) ? change::over : change::none;
}

void stolen_minute::add(const speed_look& x, nanoseconds lived) {
  const auto seconds = to_seconds(lived);
  parts_.push_back({lived, x.stolen * seconds, x.busy * seconds});
  lived_ += lived;
  while (parts_.size() > 1 && lived_ - parts_.front().lived >= 1min) {
    lived_ -= parts_.front().lived;
    parts_.pop_front();
  }
}

std::optional<double> stolen_minute::share() const {
  if (lived_ < 1min)
    return std::nullopt;
  double stolen = 0, wanted = 0;
  for (const auto& x : parts_) {
    stolen += x.stolen;
    wanted += x.wanted;
  }
  return wanted > 0 ? stolen / wanted : 0;
}

pace stolen_minute::judge(bool lasts, const speed_watch_policy& policy) const {
  const auto share_now = share();
  if (!share_now)
    return pace::unknown;
  double stolen = 0;
  for (const auto& x : parts_)
    stolen += x.stolen;
  // Hysteresis: half of what it began with goes on.
  const auto enough = lasts ? 0.5 : 1.0;
  return *share_now >= enough * policy.stolen_at
             && stolen / to_seconds(lived_) >= enough * policy.least_stolen
           ? pace::slow
           : pace::fast;
}

} // namespace pmactor
