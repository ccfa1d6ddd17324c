#include "simulation/oracle.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

void oracle::committed(const scored_sample& row) {
  ++checks_;
  const auto& s = row.system;
  hold(s.tick > last_tick_ && s.at.awake > last_row_, "row-twice",
       "tick " + std::to_string(s.tick) + " of " + at(s.at.awake) + " was stored after tick "
         + std::to_string(last_tick_) + " of " + at(last_row_));
  const auto known = std::find_if(readings_.rbegin(), readings_.rend(),
                                  [&](const reading& x) { return x.awake == s.at.awake; });
  if (!readings_.empty() && s.at.awake >= readings_.front().awake) {
    hold(known != readings_.rend(), "row-invented", "no counters were read at " + at(s.at.awake));
    const auto least = row.stress.load.value_or(0) + row.stress.memory.value_or(0);
    hold(std::abs(least - known->least) < 0.01, "wrong-score",
         "load and memory scored " + std::to_string(least) + ", in truth "
           + std::to_string(known->least));
  }
  // Latency alone never has the machine watched more closely.
  if (last_tick_ > 0 && s.tick - last_tick_ < 4 && !troubled(s.at.awake) && !memory_dropped_
      && sky_.was_calm_since(last_row_ - 30s) && last_gap_ < last_row_ - 10s
      && !troubled(last_row_))
    throw violation{"watched-without-stress",
                    "on a calm machine, ticks " + std::to_string(last_tick_) + " and "
                      + std::to_string(s.tick) + " were both stored"};
  // A spike of disk traffic earns its points at once. It has tasks wait; where that is not counted, a request that has
  // just begun to wait would say that nothing does.
  if (const auto peak = sky_.io_peak_began(s.at.awake);
      peak && s.at.awake - s.interval >= *peak && s.at.awake - *peak < 3s && s.interval >= 900ms
      && s.interval <= 1100ms && sky_.io_peak() > 70e6 && *peak - began_.awake > 150s
      && (last_io_peak_ < nanoseconds{} || *peak - last_io_peak_ > 900s) && reads_ > 120
      && (s.psi_io_some || !row.late[late_part::disk]))
    hold(row.stress.io.value_or(0) >= 20, "spike-not-scored",
         std::to_string(sky_.io_peak()) + " bytes a second at " + at(s.at.awake) + " scored "
           + std::to_string(row.stress.io.value_or(-1)));
  last_tick_ = s.tick;
  last_row_ = s.at.awake;
}

void oracle::committed(const event_record& row, const pause_event* earlier) {
  ++checks_;
  const auto& x = row.event;
  if (x.kind == event_kind::stall) {
    stalls_.committed(x, earlier);
    return;
  }
  const bool may_be_part = x.kind == event_kind::pause && stalls_.overlaps(x.before.awake, x.after.awake);
  if (earlier == nullptr && !may_be_part && (x.kind == event_kind::critical
                             || (x.kind == event_kind::pause && x.duration >= long_pause)))
    owed_.calls_for_capture(x, lived(x.after.awake));
  if (x.kind == event_kind::clock) {
    hold(earlier != nullptr || ++clock_events_ <= clock_steps_, "clock-invented",
         to_string(x) + ", and no clock was set that is not reported already");
    return;
  }
  if (x.kind == event_kind::critical) {
    check_episode(x, earlier);
    return;
  }
  check_blame(x);
  if (earlier != nullptr) {
    check_culprits(row, find_gap(x));
    check_amendment(x, *earlier);
    return;
  }
  hold(x.book.total() == x.duration, "ledger-sum",
       "the ledger sums to " + spelled(x.book.total()) + " of " + spelled(x.duration));
  auto* truth = find_gap(x);
  hold(truth != nullptr, "event-invented", to_string(x) + " that never was");
  if (x.kind == event_kind::sleep)
    check_sleep(x, *truth);
  else
    check_pause(x, *truth);
  check_culprits(row, truth);
  if (x.kind == event_kind::pause && !troubled(truth->began.awake) && !memory_dropped_ && !left_behind_) {
    const auto from = std::max(truth->began.awake - lead_up_, lead_up_from_) + 2s;
    for (const auto& known : readings_)
      if (known.awake >= from && known.awake <= truth->began.awake - 2s)
        hold(std::any_of(row.lead_up.begin(), row.lead_up.end(),
                         [&](const auto& second) { return second.system.at.awake == known.awake; }),
             "lead-up-too-short",
             "what was read at " + at(known.awake) + " does not lead up to a pause of " + at(truth->began.awake));
  }
  // What led to it was before it.
  for (const auto& second : row.lead_up) {
    hold(second.system.at.awake <= truth->began.awake, "lead-up-from-within",
         "a second of " + at(second.system.at.awake) + " leads up to a pause of " + at(truth->began.awake));
    hold(second.system.at.awake >= truth->began.awake - 121s, "lead-up-too-old",
         "a second of " + at(second.system.at.awake) + " leads up to a pause of " + at(truth->began.awake));
  }
}

true_gap* oracle::find_gap(const pause_event& x) {
  for (auto i = gaps_.rbegin(); i != gaps_.rend(); ++i)
    if (i->ended.total <= x.after.total + 1ms && i->ended.total >= x.before.total)
      return &*i;
  return nullptr;
}

void oracle::check_pause(const pause_event& x, true_gap& truth) {
  ++pauses_;
  hold(!truth.pause_reported, "pause-twice", to_string(x));
  truth.pause_reported = true;
  hold(truth.frozen + truth.slack + 1ms >= truth.least, "pause-invented",
       to_string(x) + ", in truth " + spelled(truth.frozen) + " and " + spelled(truth.asleep) + " asleep");
  hold(apart(x.duration, truth.frozen) <= length_off + truth.slack, "pause-length",
       to_string(x) + ", in truth " + spelled(truth.frozen) + " and " + spelled(truth.asleep) + " asleep");
  hold(apart(x.ended, truth.ended.wall) < 5ms, "pause-time",
       "the end is off by " + spelled(apart(x.ended, truth.ended.wall)));
  hold(apart(x.ended - x.started, x.duration + x.asleep) < 1ms, "pause-time",
       "start and end are " + spelled(x.ended - x.started) + " apart for " + to_string(x));
  const bool right = x.cause == truth.cause;
  // Some counters are read once a second: what stopped it just before, too short to be reported, shows in them.
  const bool nearly = ((truth.causes >> static_cast<unsigned>(x.cause)) & 1u) != 0;
  hold(right || nearly || x.cause == pause_cause::unexplained || x.sure == confidence::low, "wrong-cause",
       to_string(x) + ", in truth " + to_string(truth.cause));
  reach_.wrong_causes.count(std::has_single_bit(truth.causes));
  const bool is_clear = truth.clear && truth.slack == 0ms && truth.asleep == 0ms;
  hold(right || !is_clear, "cause-not-found", to_string(x) + ", in truth " + to_string(truth.cause));
  reach_.causes_found.count(is_clear);
  if (right)
    ++explained_;
}

/// While one process hogs what the pause was about, it is the first to be suspected. Those that have ended are
/// never.
void oracle::check_culprits(const event_record& row, const true_gap* truth) {
  for (const auto& x : row.culprits) // they never do more than the usual
    hold(x.name != "processes that have ended", "wrong-culprit", x.name + " are blamed for " + to_string(row.event));
  constexpr std::ptrdiff_t lasting = 6; // seconds in a row: the sampler has seen it, and the daemon the sampler
  const auto cause = row.event.cause;
  const bool about_cpu = cause == pause_cause::cpu_wait;
  if (row.event.kind != event_kind::pause || truth == nullptr || (!about_cpu && cause != pause_cause::io)
      || troubled(truth->began.awake) || !sampler_is_sound_ || memory_dropped_)
    return;
  const auto after = std::find_if(readings_.begin(), readings_.end(),
                                  [&](const reading& x) { return x.awake > truth->began.awake; });
  const auto hogs = [&](const reading& x) { return about_cpu ? x.busy.cpu : x.busy.disk; };
  if (after - readings_.begin() < lasting || truth->began.awake - (after - lasting)->awake > (lasting + 1) * 1s
      || !std::all_of(after - lasting, after, hogs))
    return;
  // One that ended during the pause may be in no document of that time, and what was used before it accuses none.
  if (after != readings_.end() && !hogs(*after))
    return;
  ++checks_;
  hold(!row.culprits.empty(), "culprit-missed", to_string(row.event) + ", and a process hogs what it waited for");
  const auto hog = about_cpu ? hog_of_cpu : hog_of_disk;
  hold(row.culprits.front().name == hog, "wrong-culprit",
       row.culprits.front().name + " (" + row.culprits.front().reason + ") is blamed for " + to_string(row.event)
         + ", in truth " + std::string{hog});
}

/// What is charged to each sums up to the harm, and none is charged with what no process brings about.
void oracle::check_blame(const pause_event& x) {
  if (!x.blame)
    return;
  ++checks_;
  auto sum = x.blame->others + x.blame->uncharged + x.blame->unknown;
  for (const auto& one : x.blame->doers)
    sum += one.held;
  hold(sum == x.blame->harm, "blame-sum",
       to_string(*x.blame) + " sums up to " + spelled(sum) + " for " + to_string(x));
  const bool has_doers = x.cause == pause_cause::cpu_wait || x.cause == pause_cause::io
                         || x.cause == pause_cause::memory || x.cause == pause_cause::kernel
                         || x.cause == pause_cause::unexplained;
  hold(has_doers || x.blame->doers.empty(), "wrong-blame", to_string(*x.blame) + " for " + to_string(x));
}

void oracle::check_sleep(const pause_event& x, true_gap& truth) {
  ++sleeps_;
  hold(!truth.sleep_reported, "sleep-twice", to_string(x));
  truth.sleep_reported = true;
  hold(truth.asleep > 0ms, "sleep-invented", to_string(x) + ", in truth frozen for " + spelled(truth.frozen));
  hold(apart(x.duration, truth.asleep) <= 1ms, "sleep-length",
       to_string(x) + ", in truth " + spelled(truth.asleep));
}

void oracle::check_amendment(const pause_event& x, const pause_event& earlier) {
  hold(x.duration == earlier.duration && x.cause == earlier.cause && x.book == earlier.book,
       "amended-too-far", to_string(earlier) + " became " + to_string(x));
  if (x.scope == pause_scope::unknown)
    return;
  const auto* truth = find_gap(x);
  const bool is_known = truth != nullptr && !truth->mixed && truth->slack == 0ms
                        && last_child_fault_ <= truth->lived_at - 8s;
  reach_.scopes.count(is_known);
  if (!is_known)
    return;
  // What reached daemon and child by a signal or their group says nothing of the machine, nor does what
  // no counter gives a cause for.
  const auto is_ours = [](pause_cause cause) {
    return cause == pause_cause::stopped || cause == pause_cause::frozen || cause == pause_cause::quota;
  };
  const auto right = !truth->whole_system ? pause_scope::daemon_only
                     : is_ours(truth->cause) || x.cause == pause_cause::unexplained
                       ? pause_scope::daemon_and_sampler
                       : pause_scope::system;
  const bool other_cause = x.cause != truth->cause && x.cause != pause_cause::unexplained;
  // Time that the books of every CPU lack was lost by all, whatever took it.
  const bool lost_by_all = x.cause == pause_cause::unexplained && truth->whole_system
                           && x.scope == pause_scope::system;
  hold(x.scope == right || lost_by_all || (other_cause && truth->whole_system && x.scope != pause_scope::daemon_only),
       "wrong-scope", to_string(x) + ", in truth " + to_string(right) + " of " + spelled(truth->frozen));
}

void oracle::check_episode(const pause_event& x, const pause_event* earlier) {
  if (earlier != nullptr) {
    hold(x.duration >= earlier->duration, "episode-changed", to_string(*earlier) + " became " + to_string(x));
    if (x.before.awake == episode_began_) // one that is sent once more may be an earlier one
      episode_open_ = episode_open_ && x.duration == earlier->duration;
    return;
  }
  ++episodes_;
  const auto began = x.before.awake;
  const auto first = std::find_if(readings_.begin(), readings_.end(),
                                  [&](const reading& r) { return r.awake == began; });
  if (first == readings_.end())
    return; // stored long after it, when the disk came back
  hold(first->most >= 60, "episode-invented",
       "critical stress of at most " + std::to_string(first->most) + " at " + at(began));
  // Between two episodes lie five seconds of relief.
  if (episode_began_ >= 0ns && !memory_dropped_) {
    unsigned relieved = 0;
    bool was = false;
    for (auto i = readings_.begin(); i != first; ++i) {
      relieved = i->awake > episode_began_ && i->least < 45 ? relieved + 1 : 0;
      was = was || relieved >= 5;
    }
    hold(was || readings_.front().awake > episode_began_, "episode-twice",
         "an episode began at " + at(episode_began_) + " and again at " + at(began));
  }
  episode_began_ = began;
  // The sample that began it may have waited for a hang: the alert counts from the sample.
  critical_since_ = first->lived;
  is_critical_dated_ = true;
  judge_early_alert();
  episode_open_ = true;
}

} // namespace pmactor::simulation
