#include "actors/flight_recorder/compose_event.hpp"

#include "actors/flight_recorder/blame_by_deltas.hpp"
#include "actors/flight_recorder/choose_culprits_by_blame.hpp"
#include "actors/flight_recorder/rank_culprits_by_usage.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace pmactor {
namespace {

constexpr std::size_t spare = 16; ///< Seconds by which an event may come late.
constexpr std::size_t most_held = 8; ///< A few samples each.

bool lasts(const pause_event& x) {
  return x.stall && !x.stall->is_over;
}

bool came_after(const scored_sample& sample, const pause_event& event) {
  return !sample.processes.empty() && sample.processes_seen > event.after.awake;
}

bool was_watched_during(const scored_sample& sample, const pause_event& event) {
  const auto until = sample.processes_seen, since = until - sample.processes_window;
  if (!event.stall)
    return came_after(sample, event) && since <= event.after.awake;
  const auto ended = lasts(event) ? until : std::min(until, event.after.awake);
  return !sample.processes.empty() && sample.processes_window > std::chrono::nanoseconds{}
         && 2 * (ended - std::max(since, event.before.awake)) >= sample.processes_window;
}

/// @returns the sample whose processes were watched as a stall began; nullptr if there is none.
const scored_sample* find_at_begin(const pause_event& event, const sample_history& history) {
  if (!event.stall)
    return nullptr;
  for (const auto& x : history.samples())
    if (!x.processes.empty() && x.processes_seen > event.before.awake)
      return x.processes_seen - x.processes_window <= event.before.awake ? &x : nullptr;
  return nullptr;
}

double traffic_of(const scored_sample& sample) {
  double result = 0;
  for (const auto& x : sample.processes)
    if (x.pid > 0)
      result += x.io_read.value_or(0) + x.io_write.value_or(0);
  return result;
}

/// @returns the sample up to this one in which processes moved most: what they wrote then may reach the disks only
/// later. nullptr if they moved nothing.
const scored_sample* find_busiest(const scored_sample* last, const sample_history& history) {
  const scored_sample* result = nullptr;
  double most = 0;
  for (const auto& x : history.samples()) {
    if (last == nullptr || x.system.at.awake > last->system.at.awake)
      break;
    if (const auto traffic = traffic_of(x); traffic > most) {
      most = traffic;
      result = &x;
    }
  }
  return result;
}

/// @returns what the disks moved at most in a second that the event reached into; absent if unknown.
std::optional<double> disk_rate_during(const pause_event& event, const sample_history& history) {
  std::optional<double> result;
  for (const auto& x : history.samples()) {
    const auto& system = x.system;
    const bool overlaps = system.at.awake > event.before.awake
                          && (lasts(event) || system.at.awake - system.interval < event.after.awake);
    if (overlaps && (system.io_read || system.io_write))
      result = std::max(result.value_or(0), system.io_read.value_or(0) + system.io_write.value_or(0));
  }
  return result;
}

} // namespace

sample_history::sample_history(lead_up_policy policy) : policy_{policy} {
}

void sample_history::follow(lead_up_policy policy) {
  policy_ = policy;
}

void sample_history::add(scored_sample sample) {
  shortages_.add(sample);
  samples_.push_back(std::move(sample));
  // By number, not by age: the sample after a pause of minutes may come before the word of the pause.
  const auto most = static_cast<std::size_t>(policy_.lead_up / std::chrono::seconds{1}) + spare;
  while (samples_.size() > most)
    samples_.pop_front();
  for (std::size_t i = 0; i + policy_.with_processes < samples_.size(); ++i)
    if (!samples_[i].processes.empty() && !is_held(samples_[i]))
      std::vector<process_sample>{}.swap(samples_[i].processes);
}

void sample_history::hold(std::chrono::nanoseconds began) {
  if (std::find(held_.begin(), held_.end(), began) != held_.end())
    return;
  held_.push_back(began);
  if (held_.size() > most_held)
    held_.pop_front();
}

bool sample_history::is_held(const scored_sample& x) const {
  // Its own window, or one beside it, is that of the begin.
  const auto reach = 2 * x.processes_window;
  return std::any_of(held_.begin(), held_.end(), [&](std::chrono::nanoseconds began) {
    return x.processes_seen > began - reach && x.processes_seen <= began + reach;
  });
}

void sample_history::forget() {
  samples_.clear();
  held_.clear();
  shortages_.forget();
}

const shortage_tracker& sample_history::shortages() const {
  return shortages_;
}

const std::deque<scored_sample>& sample_history::samples() const {
  return samples_;
}

bool completes(const scored_sample& sample, const pause_event& event) {
  return was_watched_during(sample, event) || (!lasts(event) && came_after(sample, event));
}

const scored_sample* find_across(const pause_event& event, const sample_history& history) {
  for (const auto& x : history.samples())
    if (completes(x, event))
      return was_watched_during(x, event) ? &x : nullptr;
  return nullptr;
}

bool is_begin_known(const pause_event& event, const sample_history& history) {
  const auto& samples = history.samples();
  return !event.stall || std::any_of(samples.begin(), samples.end(), [&event](const scored_sample& x) {
    return !x.processes.empty() && x.processes_seen - x.processes_window <= event.before.awake;
  });
}

namespace {

/// What led to a sleep, or to a clock that was set, is no riddle; and an outage was before the first sample.
bool has_lead_up(event_kind x) {
  return x != event_kind::sleep && x != event_kind::clock && x != event_kind::outage;
}

/// What an incident, an outage or a slow-down is about is a device, or named by itself.
bool has_culprits(event_kind x) {
  return x == event_kind::pause || x == event_kind::critical || x == event_kind::stall;
}

std::optional<stress_part> rise_of(const std::vector<scored_sample>& lead_up) {
  std::vector<stress_score> points;
  for (const auto& x : lead_up)
    points.push_back(x.stress);
  return find_rise(points);
}

} // namespace

event_record compose_event(const pause_event& event, const sample_history& history,
                           const lead_up_policy& policy, const culprit_policy& culprits) {
  event_record result;
  result.event = event;
  // Sampled at the beat before the gap or earlier, on the clock that no one sets.
  const auto began = event.before.awake + event.expected;
  const scored_sample* last = nullptr;
  for (const auto& sample : history.samples()) {
    if (sample.system.at.awake > began)
      break;
    if (sample.system.at.awake < began - policy.lead_up)
      continue;
    if (has_lead_up(event.kind)) {
      auto& second = result.lead_up.emplace_back();
      second.system = sample.system;
      second.stress = sample.stress;
      second.cpu_temp_c = sample.cpu_temp_c;
      second.cpu_freq_mhz = sample.cpu_freq_mhz;
      second.gpu_pct = sample.gpu_pct;
      second.throttled = sample.throttled;
    }
    last = &sample;
  }
  if (last != nullptr)
    result.stress = last->stress;
  if (!has_culprits(event.kind))
    return result;
  const auto* across = find_across(event, history);
  event_view seen{last, across, disk_rate_during(event, history)};
  const auto* at_begin = find_at_begin(event, history);
  if (event.kind == event_kind::critical) {
    seen.rose = rise_of(result.lead_up);
    if (seen.rose == stress_part::disk) {
      seen.disk_rate.reset(); // they did not stand still, whatever they did a second later
      at_begin = find_busiest(last, history);
    }
  }
  if (at_begin != last && at_begin != across)
    seen.at_begin = at_begin;
  std::optional<memory_shortage> shortage;
  if (event.cause == pause_cause::memory && event.kind != event_kind::critical)
    shortage = history.shortages().during(event);
  if (shortage)
    seen.shortage = &*shortage;
  if (event.blame && is_answered(event, *event.blame)) {
    result.culprits = choose_culprits_by_blame(*event.blame, culprits);
    return result;
  }
  if (across != nullptr || !event.stall || seen.shortage != nullptr)
    result.culprits = rank_culprits_by_usage(event, seen, culprits);
  if (event.stall && event.stall->server)
    name_server(result.culprits, *event.stall->server, culprits.most);
  auto blame = blame_by_deltas(event, seen, culprits);
  const bool is_withdrawn = event.blame && event.blame->harm > std::chrono::nanoseconds{}
                            && is_beyond_processes(event);
  if (!blame && is_withdrawn)
    blame.emplace().source = event.blame->source;
  if (blame) {
    if (event.blame) {
      blame->timeline = event.blame->timeline; // who was on the CPUs is recorded all the same
      blame->remarks.insert(blame->remarks.end(), event.blame->remarks.begin(),
                            event.blame->remarks.end());
    }
    result.event.blame = std::move(blame);
  }
  return result;
}

} // namespace pmactor
