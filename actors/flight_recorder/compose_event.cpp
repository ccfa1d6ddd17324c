#include "actors/flight_recorder/compose_event.hpp"

namespace pmactor {
namespace {

constexpr std::size_t spare = 16; ///< Seconds by which an event may come late.

} // namespace

sample_history::sample_history(recorder_policy policy) : policy_{policy} {
}

void sample_history::follow(recorder_policy policy) {
  policy_ = policy;
}

void sample_history::add(scored_sample sample) {
  samples_.push_back(std::move(sample));
  // By number, not by age: the sample after a pause of minutes may come before the word of the pause.
  const auto most = static_cast<std::size_t>(policy_.lead_up / std::chrono::seconds{1}) + spare;
  while (samples_.size() > most)
    samples_.pop_front();
  if (samples_.size() > policy_.with_processes)
    std::vector<process_sample>{}.swap(
      samples_[samples_.size() - policy_.with_processes - 1].processes);
}

void sample_history::forget() {
  samples_.clear();
}

const std::deque<scored_sample>& sample_history::samples() const {
  return samples_;
}

bool came_after(const scored_sample& sample, const pause_event& event) {
  return !sample.processes.empty() && sample.processes_seen > event.after.awake;
}

const scored_sample* find_across(const pause_event& event, const sample_history& history) {
  for (const auto& x : history.samples())
    if (came_after(x, event))
      return x.processes_seen - x.processes_window <= event.after.awake ? &x : nullptr;
  return nullptr;
}

event_record compose_event(const pause_event& event, const sample_history& history,
                           const recorder_policy& policy, const culprit_policy& culprits) {
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
    if (event.kind != event_kind::sleep) { // what led to a sleep is no riddle
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
  result.culprits = rank_culprits(last, find_across(event, history), event.cause, culprits);
  return result;
}

} // namespace pmactor
