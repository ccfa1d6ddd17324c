#include "simulation/oracle.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// What is promised, in its own words and numbers, not in those of the code that is checked.
constexpr nanoseconds beat_period = 100ms;
constexpr nanoseconds length_off = 65ms;   ///< Of a pause, at most.
constexpr nanoseconds sleep_margin = 1s;   ///< Awake but frozen around a sleep, this much is part of it.
constexpr nanoseconds commit_within = 100ms;
constexpr std::uint64_t intensity = 10;
constexpr nanoseconds intensity_period = 60s;
constexpr std::uint64_t mailbox_bound = 256;
constexpr std::size_t most_gaps = 1024; ///< That may be told late, as the disk failed for a while.
constexpr nanoseconds least_threshold = 200ms, most_threshold = 500ms; ///< Of all settings that are read.
constexpr nanoseconds longest_hang = 40s;
constexpr nanoseconds hang_limit = 10s;    ///< Of a handler that does not wait for a disk.
constexpr nanoseconds disk_limit = 30s;    ///< Of one that does.
constexpr nanoseconds hang_told_within = 4s;

nanoseconds apart(nanoseconds a, nanoseconds b) {
  return a > b ? a - b : b - a;
}

void hold(bool kept, invariant x, const std::string& what) {
  if (!kept)
    throw violation{x, what};
}

const std::string& fact(const notice_message& x, std::string_view name) {
  static const std::string none = "0";
  const auto i = std::find_if(x.facts.begin(), x.facts.end(), [name](const auto& y) { return y.name == name; });
  return i == x.facts.end() ? none : i->value;
}

std::string at(nanoseconds awake) {
  return std::to_string(to_seconds(awake)) + " s";
}

} // namespace

void oracle::run_began(std::uint64_t run, const clock_sample& now, const settings& conf) {
  threshold_ = conf.pauses.find.least_lateness;
  former_thresholds_.clear();
  reloaded_ = nanoseconds{-1};
  notifies_ = conf.notifications.when.enabled;
  lead_up_ = conf.recorder.record.lead_up;
  lead_up_from_ = now.awake;
  hangs_.clear();
  left_behind_ = false;
  last_hang_ = -10min;
  command_failed_ = false;
  command_ran_ = nanoseconds{-1};
  run_ = run;
  began_ = now;
  gaps_.clear();
  frozen_ = lived_at_beat_ = {};
  last_beat_ = now.awake;
  child_suffers(now.awake); // a new one is started
  sleep_count_ = freezes_ = freezes_told_ = 0;
  freezes_told_from_.clear();
  trouble_until_ = std::max(trouble_until_, now.awake + 1s);
  starved_ = starved_until_ > now.awake; // it starts in the middle of it
  memory_dropped_ = false;
  stopping_since_ = nanoseconds{-1};
  crashes_.clear();
  crash_orders_ = restarts_ = core_restarts_ = 0;
  core_restart_times_.clear();
  next_thorough_ = now.awake + 1s;
  readings_.clear();
  reads_ = 0;
  last_tick_ = 0;
  last_row_ = episode_began_ = critical_since_ = nanoseconds{-1};
  episode_open_ = false;
  alerts_ = all_clears_ = 0;
  episode_owes_notice_ = owes_all_clear_ = false;
  notices_.clear();
  captures_.clear();
  captured_.clear();
  last_notice_.fill(nanoseconds{-1});
}

void oracle::reloaded(const settings& conf, nanoseconds awake) {
  former_thresholds_.emplace_back(std::exchange(threshold_, conf.pauses.find.least_lateness), awake);
  reloaded_ = awake;
  notifies_ = conf.notifications.when.enabled;
  for (auto& x : gaps_)
    if (!x.pause_told && x.frozen >= x.least) // what waits to be judged is judged by these
      x.most = std::max(x.most, threshold_);
  if (std::exchange(lead_up_, conf.recorder.record.lead_up) < lead_up_)
    lead_up_from_ = awake;
  last_upheaval_ = awake;
  for (auto& x : hangs_)
    x.due = nanoseconds::max(); // it is left behind
  left_behind_ = left_behind_ || !hangs_.empty();
  trouble_until(awake + 12s);
}

void oracle::hang_began(std::uint64_t number, std::string_view child, nanoseconds awake) {
  const auto limit = child == "storage-writer" ? disk_limit : hang_limit;
  const auto from = lived(awake) + limit;
  hangs_.push_back({number, std::string{child}, awake, from, from + hang_told_within});
  last_hang_ = awake;
  left_behind_ = left_behind_ || (reloaded_ >= 0ns && reloaded_ > awake - 12s);
}

void oracle::hang_ended(std::uint64_t number) {
  std::erase_if(hangs_, [number](const known_hang& x) { return x.number == number; });
}

void oracle::stalled(nanoseconds length) {
  for (auto& x : hangs_)
    if (x.due < nanoseconds::max())
      x.due += length;
}

void oracle::gap(const true_gap& gap) {
  auto& x = gaps_.emplace_back(gap);
  x.lived_at = lived(x.began.awake);
  std::erase_if(former_thresholds_, [&](const auto& former) { // whoever had it has ended since
    return former.second <= x.began.awake - 12s && !troubled(x.began.awake);
  });
  x.least = left_behind_ ? least_threshold : threshold_;
  x.most = left_behind_ ? most_threshold : threshold_;
  for (const auto& [former, replaced] : former_thresholds_) {
    x.least = std::min(x.least, former);
    x.most = std::max(x.most, former);
  }
  sleep_count_ += x.asleep > 0ns ? 1 : 0;
  if (x.frozen + x.slack >= 2s - length_off)
    ++freezes_;
  last_gap_ = x.ended.awake;
  next_thorough_ = std::max(next_thorough_, x.ended.awake + 1s);
  if (gaps_.size() > most_gaps)
    gaps_.pop_front();
}

void oracle::beat(nanoseconds awake) {
  lived_at_beat_ = lived(awake);
  last_beat_ = awake;
}

nanoseconds oracle::lived(nanoseconds awake) const {
  return lived_at_beat_ + std::clamp(awake - last_beat_, 0ns, 2 * beat_period);
}

void oracle::trouble_until(nanoseconds awake) {
  trouble_until_ = std::max(trouble_until_, awake);
}

void oracle::beat_held_until(nanoseconds awake) {
  beat_held_until_ = awake;
}

void oracle::starved_until(nanoseconds awake) {
  trouble_until(awake);
  starved_until_ = std::max(starved_until_, awake);
  starved_ = true;
}

void oracle::shift_trouble(nanoseconds began, nanoseconds frozen) {
  if (trouble_until_ > began)
    trouble_until_ += frozen;
}

void oracle::crash_ordered(bool core, nanoseconds awake) {
  ++crash_orders_;
  last_upheaval_ = awake;
  crashes_.emplace_back(core, lived(awake));
  while (crashes_.size() > 1000)
    crashes_.pop_front();
  trouble_until(awake + 12s); // the longest back-off, and what is owed
}

void oracle::stop_ordered(nanoseconds awake) {
  stopping_since_ = awake - frozen_;
}

void oracle::disk_failing(bool failing, nanoseconds awake) {
  trouble_until(awake + 12s); // the longest wait between two attempts, and the next sample
  disk_fails_since_ = failing ? awake : nanoseconds{-1};
}

void oracle::counters_read(const system_counters& x) {
  ++reads_;
  reading now;
  now.awake = x.at.awake;
  now.least = std::clamp((x.load1.value_or(0) / x.cores - 1) * 20, 0.0, 40.0)
              + std::clamp((20 - 100 * x.mem_available.value_or(0) / x.mem_total.value_or(1)) * 1.5, 0.0, 30.0);
  now.most = now.least + 40; // by heat and disk traffic
  readings_.push_back(now);
  if (readings_.size() > 900)
    readings_.pop_front();
  if (const auto peak = sky_.io_peak_began(now.awake); peak && *peak != io_peaks_began_) {
    last_io_peak_ = io_peaks_began_;
    io_peaks_began_ = *peak;
  }
}

// ---- what is committed ---------------------------------------------------------------------------

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
  // A spike of disk traffic earns its points at once.
  if (const auto peak = sky_.io_peak_began(s.at.awake);
      peak && s.at.awake - s.interval >= *peak && s.at.awake - *peak < 3s && s.interval >= 900ms
      && s.interval <= 1100ms && sky_.io_peak() > 70e6 && *peak - began_.awake > 150s
      && (last_io_peak_ < nanoseconds{} || *peak - last_io_peak_ > 900s) && reads_ > 120)
    hold(row.stress.io.value_or(0) >= 20, "spike-not-scored",
         std::to_string(sky_.io_peak()) + " bytes a second at " + at(s.at.awake) + " scored "
           + std::to_string(row.stress.io.value_or(-1)));
  last_tick_ = s.tick;
  last_row_ = s.at.awake;
}

void oracle::committed(const event_record& row, const pause_event* earlier) {
  ++checks_;
  const auto& x = row.event;
  if (x.kind == event_kind::critical) {
    check_episode(x, earlier);
    return;
  }
  hold(x.book.total() == x.duration, "ledger-sum",
       "the ledger sums to " + spelled(x.book.total()) + " of " + spelled(x.duration));
  if (earlier != nullptr) {
    check_amendment(x, *earlier);
    return;
  }
  hold(!x.amends, "event-lost", "an event is amended that was never stored");
  auto* truth = find_gap(x);
  hold(truth != nullptr, "event-invented", to_string(x) + " that never was");
  if (x.kind == event_kind::sleep)
    check_sleep(x, *truth);
  else
    check_pause(x, *truth);
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
  hold(!truth.pause_told, "pause-twice", to_string(x));
  truth.pause_told = true;
  hold(truth.frozen + truth.slack + 1ms >= truth.least, "pause-invented",
       to_string(x) + ", in truth " + spelled(truth.frozen) + " and " + spelled(truth.asleep) + " asleep");
  hold(apart(x.duration, truth.frozen) <= length_off + truth.slack, "pause-length",
       to_string(x) + ", in truth " + spelled(truth.frozen) + " and " + spelled(truth.asleep) + " asleep");
  hold(apart(x.ended, truth.ended.wall) < 5ms, "pause-time",
       "the end is off by " + spelled(apart(x.ended, truth.ended.wall)));
  hold(apart(x.ended - x.started, x.duration + x.asleep) < 1ms, "pause-time",
       "start and end are " + spelled(x.ended - x.started) + " apart for " + to_string(x));
  const bool right = x.cause == truth.cause;
  // Some counters are read once a second: what stopped it just before, too short to be told, shows in them.
  const bool nearly = ((truth.causes >> static_cast<unsigned>(x.cause)) & 1u) != 0;
  hold(right || nearly || x.cause == pause_cause::unexplained || x.sure == confidence::low, "wrong-cause",
       to_string(x) + ", in truth " + to_string(truth.cause));
  reach_.wrong_causes.count(std::has_single_bit(truth.causes));
  const bool told = truth.clear && truth.slack == 0ms && truth.asleep == 0ms;
  hold(right || !told, "cause-not-found", to_string(x) + ", in truth " + to_string(truth.cause));
  reach_.causes_found.count(told);
  if (right)
    ++explained_;
}

void oracle::check_sleep(const pause_event& x, true_gap& truth) {
  ++sleeps_;
  hold(!truth.sleep_told, "sleep-twice", to_string(x));
  truth.sleep_told = true;
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
  hold(x.scope == right || (other_cause && truth->whole_system && x.scope != pause_scope::daemon_only),
       "wrong-scope", to_string(x) + ", in truth " + to_string(right) + " of " + spelled(truth->frozen));
}

void oracle::check_episode(const pause_event& x, const pause_event* earlier) {
  if (earlier != nullptr) {
    hold(x.duration >= earlier->duration, "episode-changed", to_string(*earlier) + " became " + to_string(x));
    if (x.before.awake == episode_began_) // one that is told once more may be an earlier one
      episode_open_ = episode_open_ && !x.amends;
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
  episode_open_ = true;
}

// ---- after each step -----------------------------------------------------------------------------

void oracle::settled(const clock_sample& now, health_page& page, const disk& storage, bool sampler_is_sound) {
  check_open_gaps(now);
  check_hangs(now);
  check_restarts(now, page);
  if (now.awake < next_thorough_)
    return;
  next_thorough_ = now.awake + 10s;
  check_coverage(now, page, storage, false);
  check_page(now, page, sampler_is_sound);
  check_watch(now, page);
}

void oracle::check_open_gaps(const clock_sample& now) {
  if (memory_dropped_ || troubled(now.awake) || stopping_since_ >= 0ns)
    return;
  for (auto i = gaps_.rbegin(); i != gaps_.rend(); ++i) {
    const auto due = std::max({i->ended.awake, trouble_until_, beat_held_until_}) + commit_within + beat_period + i->slack;
    if (now.awake < due)
      continue;
    ++checks_;
    hold(i->sleep_told || i->asleep == 0ns, "sleep-missed",
         "asleep for " + spelled(i->asleep) + " until " + at(i->ended.awake));
    const bool must = i->frozen >= i->most + beat_period && (i->asleep == 0ns || i->frozen >= sleep_margin + beat_period);
    hold(i->pause_told || !must, "pause-missed",
         "frozen for " + spelled(i->frozen) + " (" + to_string(i->cause) + ") until " + at(i->ended.awake)
           + ", asleep for " + spelled(i->asleep));
    if (i->ended.awake < now.awake - 1min)
      break;
  }
}

void oracle::check_hangs(const clock_sample& now) {
  for (const auto& x : hangs_) {
    ++checks_;
    hold(x.told || lived(now.awake) < x.due || stopping_since_ >= 0ns, "hang-unnoticed",
         x.child + " hangs, and nobody says so");
  }
}

void oracle::check_restarts(const clock_sample& now, const health_page& page) {
  std::uint64_t all = 0, core = 0;
  const auto used = page.slots_used.load();
  for (std::size_t i = 0; i < used; ++i) {
    const auto& slot = page.slots[i];
    const auto restarts = slot.restarts.load();
    all += restarts;
    if (slot.optional_child.load() == 0)
      core += restarts;
    const auto in = slot.enqueued.load(), out = slot.handled.load();
    hold(in <= out + mailbox_bound, "mailbox-bound",
         slot.name.read() + " has " + std::to_string(in - out) + " messages waiting");
  }
  if (all == restarts_)
    return;
  ++checks_;
  hold(all <= crash_orders_, "restart-without-crash",
       std::to_string(all) + " restarts for " + std::to_string(crash_orders_) + " crashes");
  for (; core_restarts_ < core; ++core_restarts_)
    core_restart_times_.push_back(lived(now.awake));
  restarts_ = all;
  while (!core_restart_times_.empty() && core_restart_times_.front() < lived(now.awake) - intensity_period + 8s)
    core_restart_times_.pop_front();
  hold(core_restart_times_.size() <= intensity, "restart-limit",
       std::to_string(core_restart_times_.size()) + " restarts within a minute");
}

void oracle::check_coverage(const clock_sample& now, const health_page& page, const disk& storage, bool at_end) {
  ++checks_;
  const auto taken = page.samples_taken.load(), missed = page.samples_missed.load(),
             stored = page.samples_stored.load(), discarded = page.samples_discarded.load(),
             lost = page.samples_lost.load();
  const auto sum = std::to_string(taken) + " taken, " + std::to_string(stored) + " stored, "
                   + std::to_string(discarded) + " discarded, " + std::to_string(lost) + " lost, "
                   + std::to_string(missed) + " missed, " + std::to_string(storage.samples_of(run_)) + " rows";
  hold(stored + discarded + lost <= taken, "coverage", "more than there is: " + sum);
  hold(stored <= storage.samples_of(run_), "coverage", "counted as stored, but are not: " + sum);
  if (!at_end)
    reach_.lived_seconds.count(!troubled(now.awake));
  if (troubled(now.awake))
    return;
  // At the end the last commit may not have been acknowledged any more.
  hold((at_end ? storage.samples_of(run_) : stored) + discarded + lost == taken, "coverage", sum);
  hold(at_end || stored == storage.samples_of(run_), "coverage", sum);
  hold(lost == 0 || memory_dropped_ || starved_, "second-lost", sum);
  hold(missed == 0 || starved_, "second-missed", sum);
  const auto seconds = to_seconds(lived(now.awake));
  const auto off = seconds - static_cast<double>(taken + missed);
  // Where the actors' clock counts sleep, a sleep may be two beats' worth of lived time instead of one.
  if (!at_end)
    hold(std::abs(off) <= 1.6 + 0.1 * static_cast<double>(sleep_count_), "coverage",
         std::to_string(seconds) + " s lived: " + sum);
}

void oracle::check_page(const clock_sample& now, health_page& page, bool sampler_is_sound) {
  const nanoseconds pulse{page.pulse_awake_ns.load()};
  if (disk_fails_since_ >= 0ns && disk_fails_since_ < now.awake - 20s && now.awake >= trouble_until_
      && last_gap_ < now.awake - 10s && stopping_since_ < 0ns)
    hold(!page.slots[0].degraded.read().empty(), "health-page", "the disk fails, and nobody is told");
  reach_.pages.count(!troubled(now.awake) && last_gap_ <= now.awake - 2s);
  if (troubled(now.awake) || last_gap_ > now.awake - 2s)
    return;
  ++checks_;
  hold(now.awake - pulse < 1100ms, "health-page", "the pulse is " + spelled(now.awake - pulse) + " old");
  hold(page.phase.load() == daemon_phase::running || stopping_since_ >= 0ns, "health-page",
       "the daemon is shown as " + to_string(page.phase.load()));
  for (std::size_t i = 0; i < page.slots_used.load(); ++i) {
    auto& slot = page.slots[i];
    const auto name = slot.name.read();
    const auto phase = slot.phase.load();
    if (stopping_since_ >= 0ns || (slot.optional_child.load() != 0 && phase == actor_phase::given_up))
      continue;
    hold(phase == actor_phase::running, "health-page", name + " is shown as " + to_string(phase));
    const auto degraded = slot.degraded.read();
    if (name == "notifier") {
      const bool known = notifies_ && command_ran_ >= 0ns && last_upheaval_ < command_ran_ - 12s;
      hold(!known || degraded.empty() != command_failed_, "health-page",
           command_failed_ ? "a message did not get through, and nobody is told"
                           : "messages get through, but it is said: " + degraded);
      if (command_ran_ >= 0ns)
        continue;
    }
    if (name != "forensics-supervisor" && (name != "powermetrics-reader" || sampler_is_sound))
      hold(degraded.empty(), "health-page", name + " is shown as degraded: " + degraded);
    hold(slot.enqueued.load() <= slot.handled.load() + 1 , "health-page",
         name + " is idle, with " + std::to_string(slot.enqueued.load() - slot.handled.load()) + " messages waiting");
  }
}

/// While the machine is in trouble, every second is stored, and a critical episode is an event.
void oracle::check_watch(const clock_sample& now, const health_page& page) {
  constexpr std::size_t seconds = 12;
  if (troubled(now.awake) || readings_.size() < seconds || stopping_since_ >= 0ns
      || trouble_until_ > now.awake - 15s)
    return;
  ++checks_;
  const auto since = readings_.end() - static_cast<std::ptrdiff_t>(seconds);
  const auto least = std::min_element(since, readings_.end(), [](const reading& a, const reading& b) {
                       return a.least < b.least;
                     })->least;
  if (least >= 30)
    hold(last_row_ >= readings_.back().awake, "stress-not-watched",
         "the stress has been " + std::to_string(least) + " for seconds, the last row is of " + at(last_row_));
  if (least >= 60)
    hold(episode_open_, "episode-missed", "the stress has been " + std::to_string(least) + " for seconds");
  (void)page;
}

void oracle::heard(const clock_sample& now, std::string_view component, std::string_view event,
                   std::string_view sentence, bool sampler_is_sound) {
  const auto words = std::string{component} + ": " + std::string{sentence};
  if (event == "memory-dropped")
    memory_dropped_ = true;
  else if (event == "handler-hangs" || event == "hung-child-replaced") {
    const auto hung = std::find_if(hangs_.begin(), hangs_.end(),
                                   [&](const known_hang& x) { return sentence.starts_with(x.child); });
    hold(hung != hangs_.end() && lived(now.awake) >= hung->blamed_from, "blamed-for-a-pause", words);
    hold(!std::exchange(hung->told, true), "hang-told-twice", words);
  } else if (event == "child-abandoned") {
    hold(troubled(now.awake), "blamed-for-a-pause", words);
    for (auto& x : hangs_)
      if (sentence.starts_with(x.child))
        x.due = nanoseconds::max(); // so it is said
  } else if ((event == "child-useless" || event == "child-down") && sampler_is_sound && !troubled(now.awake))
    throw violation{"blamed-for-a-pause", words};
  else if (event == "message-set-aside" || event == "row-refused")
    hold(troubled(now.awake), "message-set-aside", words);
  else if (event == "critical-stress") {
    critical_since_ = lived(now.awake);
    episode_owes_notice_ = true;
    alerts_ = all_clears_ = 0;
  } else if (event == "alert") {
    hold(++alerts_ == 1, "alert-twice", words);
    hold(lived(now.awake) - critical_since_ >= 28s, "alert-too-early", words);
  } else if (event == "all-clear") {
    hold(alerts_ == 1 && ++all_clears_ == 1, "all-clear-without-alert", words);
  }
}

void oracle::told(const clock_sample& now, const notice_message& x) {
  ++checks_;
  ++notice_count_;
  if (x.kind == notice_kind::all_clear) {
    hold(std::exchange(owes_all_clear_, false), "notice-twice", "an all-clear of nothing: " + x.line);
    return;
  }
  if (x.kind == notice_kind::recovered)
    return; // good news is not limited
  auto& last = last_notice_[static_cast<std::size_t>(x.kind)];
  const auto time = lived(now.awake);
  // A sleep on a clock that counts it may be taken for a beat more.
  hold(last < 0ns || time - last >= 59s, "notice-flood",
       spelled(time - last) + " after one of its kind: " + x.line);
  last = time;
  notices_.push_back(time);
  while (notices_.front() < time - 1h + 1s)
    notices_.pop_front();
  hold(notices_.size() <= 12, "notice-flood", std::to_string(notices_.size()) + " messages within an hour");
  if (x.kind == notice_kind::critical) {
    hold(std::exchange(episode_owes_notice_, false), "notice-twice", x.line);
    owes_all_clear_ = true;
  } else if (x.kind == notice_kind::pause) {
    freezes_told_ += static_cast<std::uint64_t>(std::stoull(fact(x, "count")));
    hold(freezes_told_from_.insert(fact(x, "started")).second, "notice-twice", x.line);
    hold(freezes_told_ <= freezes_, "notice-invented", x.line);
  }
}

void oracle::ordered(const clock_sample& now, const job_order& x) {
  if (x.what != job_order::task::publish || x.subject == nullptr)
    return;
  ++checks_;
  ++capture_count_;
  const auto& event = x.subject->event.event;
  if (event.kind != event_kind::critical)
    if (const auto* truth = find_gap(event))
      hold(truth->frozen + truth->slack >= 2s - length_off, "capture-of-a-sleep",
           to_string(event) + ", in truth frozen for " + spelled(truth->frozen));
  hold(std::find(captured_.begin(), captured_.end(), event.started) == captured_.end(), "capture-twice",
       to_string(event));
  captured_.push_back(event.started);
  captures_.push_back(lived(now.awake));
  while (captures_.front() < captures_.back() - 59min) // they begin before they are published
    captures_.pop_front();
  hold(captures_.size() <= 6, "capture-flood", std::to_string(captures_.size()) + " captures within an hour");
}

// ---- the end of a run ----------------------------------------------------------------------------

void oracle::run_ended(run_end how, const clock_sample& now, const house& daemon, const health_page& page,
                       const disk& storage) {
  (void)daemon;
  if (how == run_end::failed) {
    const auto waited = last_hang_ > now.awake - 2min ? longest_hang : 0ns; // for the order to fail to be read
    const auto recent = std::count_if(crashes_.begin(), crashes_.end(), [&](const auto& x) {
      return x.first && x.second > lived(now.awake) - intensity_period - 2s - waited;
    });
    hold(static_cast<std::uint64_t>(recent) > intensity, "restart-limit",
         "the daemon gave up after " + std::to_string(recent) + " crashes within a minute");
    return;
  }
  if (how == run_end::killed)
    return;
  const auto took = now.awake - stopping_since_ - frozen_;
  hold(took <= 1s, "stop-late", spelled(took) + " to stop");
  if (troubled(now.awake) || memory_dropped_)
    return;
  hold(took <= 300ms, "stop-late", spelled(took) + " to stop");
  check_coverage(now, page, storage, true);
  for (const auto& x : gaps_)
    if (x.ended.awake < stopping_since_ + frozen_ - commit_within && x.frozen >= x.most + beat_period && x.asleep == 0ns)
      hold(x.pause_told, "pause-missed", "frozen for " + spelled(x.frozen) + " before the end");
  hold(storage.ended_run == run_, "end-not-marked", "the database does not know that the run ended well");
}

} // namespace pmactor::simulation
