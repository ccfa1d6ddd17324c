#include "simulation/beats.hpp"

#include "actors/clock_sampler/note_clock_step.hpp"
#include "actors/clock_sampler/time_beat.hpp"

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

host_counters::host_counters(std::uint64_t seed) : dice_{seed, 4} {
  const auto most_do = [this] { return !dice_.one_in(6); };
  cpus_ = 1u << dice_.below(5);
  tells_switches_ = most_do();
  tells_faults_ = most_do();
  tells_continues_ = most_do();
  tells_waiting_ = most_do();
  tells_machine_ = most_do();
  tells_pressure_ = most_do();
  tells_group_ = most_do();
  tells_frozen_ = most_do();
  old_freezer_ = dice_.one_in(6);
  is_virtual_ = !dice_.one_in(4);
}

host_counters::thread_state host_counters::state_of(pause_cause cause, bool whole_system) {
  switch (cause) {
    case pause_cause::stopped:
      return thread_state::stopped;
    case pause_cause::frozen:
      return thread_state::frozen;
    case pause_cause::cpu_wait:
      return thread_state::ready;
    case pause_cause::quota:
      return thread_state::throttled;
    case pause_cause::io:
      return thread_state::waits_for_disk;
    case pause_cause::memory:
      return thread_state::reclaims;
    case pause_cause::stolen:
      return thread_state::off_cpu;
    case pause_cause::own_work:
      return thread_state::runs;
    case pause_cause::interrupts: // in no plan
    case pause_cause::kernel:
    case pause_cause::firmware:
    case pause_cause::traced:
    case pause_cause::asleep:
    case pause_cause::unexplained:
      break;
  }
  return whole_system && !is_virtual_ && dice_.one_in(2) ? thread_state::in_firmware : thread_state::held;
}

void host_counters::count_freeze(pause_cause cause, bool whole_system, nanoseconds length, nanoseconds wall) {
  ++switches_; // it was woken into the stop
  // A machine in trouble seldom has one alone: behind it a thread may wait for its turn.
  const auto rest = dice_.one_in(3) ? part(length, 0, 0.05) : 0ns;
  const auto most = length - rest;
  const auto state = state_of(cause, whole_system);
  // In one stretch, or in several on end.
  const auto stretches = static_cast<std::int64_t>(1 + dice_.below(3));
  for (std::int64_t i = 0; i < stretches; ++i)
    pass(state, most * (i + 1) / stretches - most * i / stretches, wall);
  pass(thread_state::ready, rest, wall);
  // Somebody may send a SIGCONT to a process that is not stopped. Where another counter only says that something
  // happened, and not how much, either could be the cause; where it says how much, the signal explains nothing. By the
  // clock and not by the dice, as it is no fault of a plan.
  const bool is_measured = cause == pause_cause::cpu_wait || cause == pause_cause::quota
                           || (cause == pause_cause::frozen && !old_freezer_);
  if (is_measured && reveals(cause, length) && wall / 1ms % 4 == 0) {
    ++continues_;
    continued_by_ = 4000;
  }
}

nanoseconds host_counters::part(nanoseconds of, double least, double most) {
  return nanoseconds{static_cast<std::int64_t>(static_cast<double>(of.count())
                                               * (least + (most - least) * dice_.share()))};
}

void host_counters::pass(thread_state state, nanoseconds length, nanoseconds wall) {
  if (length <= 0ns)
    return;
  switch (state) {
    case thread_state::runs:
      cpu_ += length;
      break;
    case thread_state::throttled: // on no queue, but it would run: each period of the quota counts it once more
      throttles_ += 1 + static_cast<std::uint64_t>(length / 100ms);
      throttled_ += length + part(length, 0, 0.9); // the other CPUs' queues of the group as well
      [[fallthrough]];
    case thread_state::ready:
      wait_ += length;
      cpu_some_ += length;
      break;
    case thread_state::waits_for_disk: { // one request after the other
      switches_ += 1 + static_cast<std::uint64_t>(length / dice_.between(5ms, 500ms));
      io_full_ += part(length, 0.6, 1); // others may have found something to do
      io_some_ += length;
      group_io_ += length;
      break;
    }
    case thread_state::reclaims: { // page after page comes back from the disk, or room is made for it
      const auto faults = 100 + static_cast<std::uint64_t>(length / dice_.between(200us, 5ms));
      faults_ += faults;
      process_faults_ += 3 * faults;
      memory_full_ += part(length, 0.2, 1);
      memory_some_ += length;
      group_memory_ += part(length, 0.5, 1);
      break;
    }
    case thread_state::stopped: // somebody sends SIGCONT at its end
      ++continues_;
      continued_by_ = 4000 + static_cast<std::int64_t>(dice_.below(1000));
      break;
    case thread_state::frozen:
      if (old_freezer_)
        freezer_written_ = wall;
      else
        frozen_ += length;
      break;
    case thread_state::off_cpu: // the hypervisor says so, or the time is missing from the books
      if (dice_.one_in(2))
        stolen_ += part(length, 0.8, 1);
      else
        missing_ += length;
      break;
    case thread_state::in_firmware:
      missing_ += length;
      break;
    case thread_state::held:
      break;
  }
}

bool host_counters::reveals(pause_cause cause, nanoseconds length) const {
  switch (cause) {
    case pause_cause::stopped:
      return tells_continues_;
    case pause_cause::frozen:
      return old_freezer_ || tells_frozen_;
    case pause_cause::cpu_wait:
      return tells_waiting_;
    case pause_cause::quota:
      return tells_waiting_ && tells_group_;
    case pause_cause::io:
      return tells_switches_ && (tells_pressure_ || tells_group_) && length > 1s;
    case pause_cause::memory:
      return tells_faults_;
    case pause_cause::stolen:
      return tells_machine_ && length > 2s;
    case pause_cause::own_work:
      return true;
    case pause_cause::interrupts:
    case pause_cause::kernel:
    case pause_cause::firmware:
    case pause_cause::traced:
    case pause_cause::asleep:
    case pause_cause::unexplained:
      break;
  }
  return false;
}

void host_counters::read_quick(beat_counters& x) const {
  if (tells_switches_)
    x.own_switches = switches_;
  if (tells_faults_)
    x.own_faults = faults_;
  if (tells_continues_)
    x.continues = continues_;
  x.continued_by = continued_by_;
  if (old_freezer_ && freezer_written_)
    x.freezer_written = freezer_written_;
  else if (old_freezer_)
    x.freezer_written = 0ns;
}

void host_counters::read_slow(beat_counters& x) {
  // What everybody else does meanwhile shows in the machine's totals as well.
  const auto passed = x.at.awake - last_slow_;
  last_slow_ = x.at.awake;
  const auto some = [&](double most) {
    return nanoseconds{
      static_cast<std::int64_t>(static_cast<double>(std::min(passed, nanoseconds{1s}).count()) * most * dice_.share())};
  };
  cpu_some_ += some(0.04);
  io_full_ += some(0.02);
  wait_ += some(0.0005);
  io_some_ += some(0.03);
  if (is_virtual_)
    stolen_ += some(0.02);
  if (is_virtual_)
    x.hypervisor.emplace();
  x.slow_at = x.slow_until = x.machine_at = x.machine_until = x.at.awake;
  x.own_cpu = cpu_;
  if (tells_waiting_)
    x.own_wait = wait_;
  if (tells_faults_)
    x.process_faults = process_faults_;
  if (tells_machine_) {
    x.cpus = cpus_;
    x.machine_total = (x.at.awake - missing_) * cpus_;
    x.machine_stolen = stolen_ * cpus_;
  }
  if (tells_pressure_) {
    x.cpu_some = cpu_some_;
    x.io_some = io_some_;
    x.memory_some = memory_some_;
    x.io_full = io_full_;
    x.memory_full = memory_full_;
  }
  x.group_moves = group_moves_;
  if (tells_group_) {
    x.group_io_full = group_io_;
    x.group_memory_full = group_memory_;
    x.throttles = throttles_;
    x.throttled = throttled_;
  }
  if (tells_frozen_)
    x.frozen = frozen_;
}

void host_counters::move_group() {
  ++group_moves_;
  group_io_ = group_memory_ = throttled_ = frozen_ = 0ns;
  throttles_ = 0;
}

class beats::source final : public beat_source {
public:
  explicit source(beats& of) : of_(of) {
  }
  void follow(const beat_policy& policy) override {
    of_.policy_ = policy;
  }
  ~source() override {
    of_.running_ = false;
    of_.lived_ = nullptr;
    of_.report_ = nullptr;
  }

private:
  beats& of_;
};

std::unique_ptr<beat_source> beats::start(const beat_policy& policy, lived_clock& lived,
                                          std::function<void(beat_batch)> report, const clock_sample& now,
                                          nanoseconds actors) {
  policy_ = policy;
  lived_ = &lived;
  lived_->beat(actors, policy.period);
  report_ = std::move(report);
  running_ = true;
  last_ = {};
  last_.at = now;
  host_.read_quick(last_);
  host_.read_slow(last_);
  deadline_ = now.awake + policy.period;
  wakes_ = deadline_;
  count_ = 1;
  batch_ = {};
  carried_.reset();
  return std::make_unique<source>(*this);
}

bool beats::hold_up_reading(const clock_sample& now) {
  if (!running_ || last_.slow_at != last_.at.awake)
    return false;
  auto torn = last_;
  torn.at = now;
  host_.read_slow(torn);
  torn.at = last_.at;
  torn.slow_at = torn.machine_at = last_.at.awake;
  last_ = torn;
  return true;
}

bool beats::wake(const clock_sample& now, nanoseconds actors) {
  if (!running_ || now.awake < wakes_)
    return false;
  lived_->beat(actors, policy_.period);
  constexpr unsigned beats_a_report = 10;
  auto reading = last_;
  reading.at = now;
  host_.count_beat();
  host_.read_quick(reading);
  const auto slept = (now.total - last_.at.total) - (now.awake - last_.at.awake);
  const bool late = is_late(deadline_, now.awake, slept, policy_);
  const bool is_due = late || count_ % beats_a_report == 0;
  // Every ten minutes somebody moves it to another control group. By the clock and not by the dice, as it is no fault of a
  // plan.
  if (is_due && !late && now.wall / 1s % 600 == 0)
    host_.move_group();
  reading.own_excess = is_due ? 0ns : reading.own_excess + (now.awake - deadline_);
  if (is_due)
    host_.read_slow(reading);
  else
    for (auto* at_most : {&reading.own_wait, &reading.own_cpu})
      if (*at_most)
        **at_most += now.awake - deadline_;
  auto& second = batch_.reading;
  second.at = now;
  second.period = policy_.period;
  second.lateness.push_back(now.awake - deadline_);
  if (carried_)
    note_clock_step(second.steps, *carried_, now);
  carried_ = now;
  if (late)
    batch_.late.push_back({last_, reading, deadline_, policy_.period});
  last_ = reading;
  ++count_;
  deadline_ = next_deadline(deadline_, now.awake, policy_.period);
  wakes_ = deadline_ + dice_.between(40us, 400us);
  if (is_due) {
    report_(std::move(batch_));
    batch_ = {};
  }
  return is_due;
}

} // namespace pmactor::simulation
