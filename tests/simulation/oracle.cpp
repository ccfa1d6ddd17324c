#include "simulation/oracle.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds commit_within = 100ms;
constexpr std::uint64_t intensity = 10;
constexpr nanoseconds intensity_period = 60s;
constexpr std::uint64_t mailbox_bound = 256;
constexpr std::size_t most_gaps = 1024; ///< That may be reported late, as the disk failed for a while.
constexpr nanoseconds least_threshold = 200ms, most_threshold = 500ms; ///< Of all settings that are read.
constexpr nanoseconds longest_hang = 40s;
constexpr nanoseconds hang_limit = 10s;    ///< Of a handler that does not wait for a disk.
constexpr nanoseconds disk_limit = 30s;    ///< Of one that does.
constexpr nanoseconds hang_reported_within = 4s;

} // namespace

void oracle::run_began(std::uint64_t run, const clock_sample& now, const settings& conf) {
  threshold_ = conf.pauses.find.least_lateness;
  former_thresholds_.clear();
  reloaded_ = nanoseconds{-1};
  notifies_ = conf.notifications.when.enabled;
  owed_.begin(conf);
  lead_up_ = conf.flight_recorder.record.lead_up;
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
  stalls_.begin_run(now.awake);
  sleep_count_ = freezes_ = freezes_reported_ = 0;
  freezes_reported_from_.clear();
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
  early_alert_.reset();
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
  owed_.reloaded(conf, lived(awake));
  for (auto& x : gaps_)
    if (!x.pause_reported && x.frozen >= x.least) // what waits to be judged is judged by these
      x.most = std::max(x.most, threshold_);
  if (std::exchange(lead_up_, conf.flight_recorder.record.lead_up) < lead_up_)
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
  hangs_.push_back({number, std::string{child}, awake, from, from + hang_reported_within});
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
  if (x.asleep > 0ns) {
    ++sleep_count_;
    // Where the actors' clock counts sleep, it is two beats' worth of lived time instead of one.
    for (auto& hung : hangs_)
      hung.blamed_from -= beat_period;
  }
  if (x.frozen + x.slack >= long_pause - length_off)
    ++freezes_;
  // One within a stall may be a part of it, which has no message of its own.
  if (x.frozen >= long_pause + length_off && !stalls_.overlaps(x.began.awake, x.ended.awake))
    owed_.froze(x.lived_at);
  stalls_.disturb(x.ended.awake);
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

void oracle::crash_ordered(std::string_view child, bool core, nanoseconds awake) {
  owed_.crashed(child);
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
  now.lived = lived(now.awake);
  now.least = std::clamp((x.load1.value_or(0) / x.cores - 1) * 20, 0.0, 40.0)
              + std::clamp((20 - 100 * x.mem_available.value_or(0) / x.mem_total.value_or(1)) * 1.5, 0.0, 30.0);
  now.most = now.least + 40; // by heat and disk traffic
  now.busy = sky_.busy(now.awake);
  readings_.push_back(now);
  if (readings_.size() > 900)
    readings_.pop_front();
  if (const auto peak = sky_.io_peak_began(now.awake); peak && *peak != io_peaks_began_) {
    last_io_peak_ = io_peaks_began_;
    io_peaks_began_ = *peak;
  }
}

// ---- after each step -----------------------------------------------------------------------------

void oracle::settled(const clock_sample& now, health_page& page, const disk& storage, bool sampler_is_sound) {
  sampler_is_sound_ = sampler_is_sound;
  check_open_gaps(now);
  check_hangs(now);
  check_restarts(now, page);
  if (early_alert_ && !troubled(now.awake) && lived(now.awake) - early_alert_->at > 15s)
    judge_early_alert();
  owed_.check(lived(now.awake), is_calm(now.awake));
  stalls_.check(now.awake, is_calm(now.awake), reach_.stalls);
  if (now.awake < next_thorough_)
    return;
  next_thorough_ = now.awake + 10s;
  check_coverage(now, page, storage, false);
  check_page(now, page, sampler_is_sound);
  check_watch(now);
  check_alerts(now);
}

void oracle::check_open_gaps(const clock_sample& now) {
  if (memory_dropped_ || troubled(now.awake) || stopping_since_ >= 0ns)
    return;
  for (auto i = gaps_.rbegin(); i != gaps_.rend(); ++i) {
    const auto due = std::max({i->ended.awake, trouble_until_, beat_held_until_}) + commit_within + beat_period + i->slack;
    if (now.awake < due)
      continue;
    ++checks_;
    hold(i->sleep_reported || i->asleep == 0ns, "sleep-missed",
         "asleep for " + spelled(i->asleep) + " until " + at(i->ended.awake));
    const bool must = i->frozen >= i->most + beat_period && (i->asleep == 0ns || i->frozen >= sleep_margin + beat_period);
    hold(i->pause_reported || !must, "pause-missed",
         "frozen for " + spelled(i->frozen) + " (" + to_string(i->cause) + ") until " + at(i->ended.awake)
           + ", asleep for " + spelled(i->asleep));
    if (i->ended.awake < now.awake - 1min)
      break;
  }
}

void oracle::check_hangs(const clock_sample& now) {
  for (const auto& x : hangs_) {
    ++checks_;
    hold(x.reported || lived(now.awake) < x.due || stopping_since_ >= 0ns, "hang-unnoticed",
         x.child + " hangs, and no report says so");
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
    hold(!page.slots[0].degraded.read().empty(), "health-page", "the disk fails, and the page does not say so");
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
           command_failed_ ? "a message did not get through, and the page does not say so"
                           : "messages get through, but it is said: " + degraded);
      if (command_ran_ >= 0ns)
        continue;
    }
    if (name != "forensics-supervisor" && (name != "powermetrics-reader" || sampler_is_sound))
      // That the disk damaged its file several times is said for a day.
      hold(degraded.empty() || (name == "storage-writer" && degraded.starts_with("The history was found damaged")),
           "health-page", name + " is shown as degraded: " + degraded);
    hold(slot.enqueued.load() <= slot.handled.load() + 1 , "health-page",
         name + " is idle, with " + std::to_string(slot.enqueued.load() - slot.handled.load()) + " messages waiting");
  }
}

/// While the machine is in trouble, every second is stored, and a critical episode is an event.
void oracle::check_watch(const clock_sample& now) {
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
}

/// An episode that lasts has its alert, and one that had its alert has its all-clear.
void oracle::check_alerts(const clock_sample& now) {
  constexpr std::ptrdiff_t lasting = 45, relief = 12; // seconds
  if (!is_calm(now.awake) || trouble_until_ > now.awake - 1min)
    return;
  ++checks_;
  const auto all_of_the_last = [this](std::ptrdiff_t seconds, auto is_so) {
    return std::ssize(readings_) >= seconds && std::all_of(readings_.end() - seconds, readings_.end(), is_so);
  };
  if (all_of_the_last(lasting, [](const reading& x) { return x.least >= 60; }))
    hold(alerts_ == 1, "alert-missed", "the stress has been critical for more than half a minute");
  if (alerts_ == 1 && all_of_the_last(relief, [](const reading& x) { return x.most < 45; }))
    hold(all_clears_ == 1, "all-clear-missed", "the stress that had its alert is over");
}

// ---- the end of a run ----------------------------------------------------------------------------

void oracle::run_ended(run_end how, const clock_sample& now, const health_page& page, const disk& storage,
                       std::uint64_t unstored) {
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
  // What the disk did not take before the end is there for the next run.
  const bool only_disk_fails = disk_fails_since_ >= 0ns && now.awake >= trouble_until_ && !memory_dropped_;
  if (only_disk_fails) {
    const auto taken = page.samples_taken.load(),
               known = storage.samples_of(run_) + page.samples_discarded.load() + page.samples_lost.load() + unstored;
    hold(known == taken, "left-behind",
         "of " + std::to_string(taken) + " seconds " + std::to_string(known) + " are accounted for, "
           + std::to_string(unstored) + " of them kept for the next run");
  }
  if (troubled(now.awake) || memory_dropped_)
    return;
  hold(took <= 300ms, "stop-late", spelled(took) + " to stop");
  check_coverage(now, page, storage, true);
  for (const auto& x : gaps_)
    if (x.ended.awake < stopping_since_ + frozen_ - commit_within && x.frozen >= x.most + beat_period && x.asleep == 0ns)
      hold(x.pause_reported, "pause-missed", "frozen for " + spelled(x.frozen) + " before the end");
  hold(storage.ended_run == run_, "end-not-marked", "the database does not know that the run ended well");
}

} // namespace pmactor::simulation
