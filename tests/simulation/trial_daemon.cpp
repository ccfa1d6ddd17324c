#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"
#include "simulation/capture.hpp"
#include "simulation/trial.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// How long an orderly end may take before the daemon ends itself by force.
constexpr nanoseconds stop_patience = 800ms;

/// Takes the daemon's messages for people.
class delivery final : public notice_delivery {
public:
  /// @param carry is given the message, and the listener for as long as there is one.
  explicit delivery(std::function<void(const notice_message&, const std::shared_ptr<sink_listener>&)> carry)
    : carry_{std::move(carry)} {
  }
  void listen(sink_listener listener) override {
    listener_ = std::make_shared<sink_listener>(std::move(listener));
  }
  void follow(const delivery_policy&) override {
  }
  void deliver(const notice_message& x) override {
    carry_(x, listener_);
  }

private:
  std::function<void(const notice_message&, const std::shared_ptr<sink_listener>&)> carry_;
  std::shared_ptr<sink_listener> listener_;
};

} // namespace

void trial::bugged_log(log_level level, std::string_view component, std::string_view event,
                       std::string_view sentence) {
  current->planted_.log(level, component, event, sentence, log);
}

void trial::log(log_level, std::string_view component, std::string_view event, std::string_view sentence) {
  auto& self = *current;
  self.mix(event);
  self.mix(sentence);
  if (self.options_.trace)
    self.trace(std::string{component} + ' ' + std::string{event} + ": " + std::string{sentence});
  if (!self.house_ || !*self.power_)
    return;
  // Through the frames of CAF no exception finds its way: it is kept until the actors have run.
  try {
    self.oracle_.logged(self.world_.clocks(), component, event, sentence,
                       self.world_.child.is_sound_since(self.world_.awake - 15s));
  } catch (const violation& x) {
    self.keep(x);
  }
}

void trial::committed(const scored_sample& row) {
  ++rows_;
  mix(row.system.tick);
  mix(static_cast<std::uint64_t>(row.stress.total() * 1000));
  ask([&] { oracle_.committed(row); });
}

void trial::committed(const event_record& row, const pause_event* earlier) {
  mix(static_cast<std::uint64_t>(row.event.started.count()));
  mix(static_cast<std::uint64_t>(row.event.duration.count()));
  mix(static_cast<std::uint64_t>(row.event.cause) * 16 + static_cast<std::uint64_t>(row.event.scope));
  trace("committed " + to_string(row.event));
  questions_.committed(row.event);
  ask([&] { oracle_.committed(row, earlier); });
}

void trial::committed(const capture_report& row) {
  mix(static_cast<std::uint64_t>(row.event.value));
  ask([&] { oracle_.committed(row); });
}

void trial::dies_of_store() {
  trace("the storage-writer dies of a store");
  oracle_.crash_ordered("storage-writer", true, world_.awake);
}

void trial::finds_damage() {
  // That may be long after it was done: what hangs or a full disk can keep the writer from looking.
  oracle_.trouble_until(world_.awake + 12s + set_aside_delay_);
}

void trial::lacks(const event_amendment& row) {
  keep(violation{"event-lost", to_string(row) + ", which was never stored"});
}

void trial::differs(const std::string& what) {
  keep(violation{"history-differs", what});
}

void trial::read_settings() {
  conf_ = asked_;
  if (planted_.conf)
    planted_.conf(conf_);
}

topology_seams trial::seams(health_page& page, lived_clock& lived) {
  topology_seams result;
  result.read_counters = [this, power = power_, &page] {
    system_counters x;
    if (!*power)
      return x;
    if (world_.blind) {
      oracle_.crash_ordered("system-metrics", true, world_.awake);
      throw std::runtime_error("the counters cannot be read");
    }
    x.at = world_.clocks();
    world_.sky.fill(x, world_.awake);
    oracle_.counters_read(x);
    if (options_.trace)
      trace("the counters are read, " + std::to_string(page.samples_taken.load()) + " taken, "
            + std::to_string(page.samples_missed.load()) + " missed before");
    return x;
  };
  result.read_settings = [this] { return conf_; };
  result.witness.awake = [this] { return world_.awake; };
  result.witness.start = world_.witness.starter(result.witness.awake, [power = power_] { return *power; });
  result.start_child = world_.child.starter([power = power_] { return *power; },
                                            [this] { return world_.clocks(); });
  result.beat = [this, &lived](const beat_policy& policy, std::function<void(beat_batch)> report) {
    oracle_.beat(world_.awake);
    return world_.beat.start(policy, lived, std::move(report), world_.clocks(), world_.actors);
  };
  result.delivery = [this, power = power_](const delivery_policy&) {
    if (*power && sinks_fail_ && sink_dice_.one_in(2)) {
      oracle_.crash_ordered("notifier", false, world_.awake);
      throw std::runtime_error("there is no thread for the delivery thread");
    }
    return std::make_unique<delivery>(
      [this, power](const notice_message& x, const std::shared_ptr<sink_listener>& listener) {
        if (*power)
          carry(x, listener);
      });
  };
  result.capture = make_jobs(
    dice{options_.seed, 1'000'000 + runs_},
    [this](nanoseconds delay, std::function<void()> what) { later(delay, std::move(what)); },
    [power = power_] { return *power; },
    [this](const job_order& x) { ask([&] { oracle_.ordered(world_.clocks(), x); }); });
  result.open = world_.storage.opener(runs_, [power = power_] { return *power; });
  result.on_pulse = [this, power = power_, &page] {
    if (!*power)
      return;
    page.pulse_awake_ns.store(world_.awake.count());
    page.pulse_total_ns.store(world_.total.count());
    page.pulse_wall_ns.store(world_.wall.count());
  };
  return result;
}

void trial::carry(const notice_message& x, const std::shared_ptr<sink_listener>& listener) {
  using outcome = sink_result::outcome;
  mix(x.line);
  trace("notified: " + x.line);
  ask([&] { oracle_.notified(world_.clocks(), x); });
  const auto report = [&](const char* sink, outcome what, std::string says, nanoseconds delay = {}) {
    const sink_result result{x.number, x.kind, sink, what, std::move(says), false};
    const auto act = [this, result, to = std::weak_ptr{listener}] {
      const auto listens = to.lock();
      if (!listens || !house_ || !*power_)
        return;
      if (result.sink == "command" && result.what != outcome::lost)
        oracle_.command_ran(result.what == outcome::failed, world_.awake);
      (*listens)(result);
    };
    if (delay > 0ns)
      later(delay, act);
    else
      act();
  };
  if (!sinks_fail_) {
    report("desktop", outcome::delivered, "");
    if (sinks_failed_)
      report("command", outcome::delivered, "", sink_dice_.between(1ms, 2s));
    return;
  }
  switch (sink_dice_.below(5)) {
    case 0:
      report("desktop", outcome::failed, "it did not answer");
      break;
    case 1:
      report("command", outcome::failed, "it ended with status 1", sink_dice_.between(1ms, 2s));
      break;
    case 2:
      report("command", outcome::failed, "it took too long", 10s);
      break;
    case 3:
      report("desktop", outcome::unavailable, "no user is logged in");
      break;
    default:
      report("", outcome::lost, "too many were waiting");
  }
}

void trial::start_daemon() {
  if (house_)
    return;
  ++runs_;
  damages_ = {};
  power_ = std::make_shared<bool>(true);
  topology_options options;
  options.conf = conf_;
  options.unstored = &unstored_;
  options.io_baseline = world_.storage.recall(std::string{io_baseline_key}).value_or("");
  oracle_.run_began(runs_, world_.clocks(), asked_);
  questions_.daemon_began(world_.wall);
  trace("the daemon starts");
  house_ = std::make_unique<house>(
    options,
    [this](health_page& page, lived_clock& lived) {
      auto result = seams(page, lived);
      if (planted_.seams)
        planted_.seams(result, page);
      return result;
    },
    power_, world_.actors,
    dice{options_.seed, 100 + runs_}, planted_.change);
  house_->on_death = [this](std::size_t child) {
    trace(house_->name_of(child) + " dies in the middle of a handler");
    oracle_.crash_ordered(house_->name_of(child), !house_->is_optional(child), world_.awake);
  };
  stopping_ = false;
  run_actors();
}

void trial::note_end_of_house() {
  messages_ += house_->messages();
  mix(house_->order_digest());
  for (const auto& slot : house_->page().slots)
    restarts_ += slot.restarts.load();
}

/// @returns how many seconds the ended daemon hands over to be kept for its next run.
std::uint64_t trial::count_unstored() {
  auto rows = unstored_();
  if (planted_.unstored)
    planted_.unstored(rows);
  return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), [this](const history_row& x) {
    const auto* sample = std::get_if<scored_sample>(&x);
    return sample != nullptr && sample->system.tick > world_.storage.last_tick_of(runs_); // else it was stored after all
  }));
}

void trial::end_daemon(run_end how) {
  oracle_.run_ended(how, world_.clocks(), house_->page(), world_.storage, how == run_end::stopped ? count_unstored() : 0);
  note_end_of_house();
  trace(how == run_end::killed ? "the daemon is killed" : how == run_end::failed ? "the daemon failed" : "the daemon has stopped");
  *power_ = false;
  if (how == run_end::killed)
    world_.storage.cut_power();
  house_.reset();
  questions_.daemon_ended(world_.wall);
  world_.storage.check_file();
  const auto down = std::exchange(down_for_, 1s);
  later(down, [this] { start_daemon(); });
  check_broken();
}

void trial::run_actors(std::size_t at_most) {
  for (std::size_t i = 0; i < at_most && house_->run_one(); ++i) {
    if (world_.storage.busy_for > 0ns)
      hold_disk();
    if (const auto hangs = house_->began_to_hang())
      begin_hang(*hangs);
  }
  if (house_->is_over())
    end_daemon(house_->has_failed() ? run_end::failed : run_end::stopped);
}

void trial::hold_disk() {
  const auto length = std::exchange(world_.storage.busy_for, 0ns);
  house_->hold(storage_writer_seat, true);
  oracle_.trouble_until(world_.awake + length + 12s);
  later(length, [this, run = runs_] {
    if (house_ && runs_ == run)
      house_->hold(storage_writer_seat, false);
  });
}

void trial::begin_hang(const house::hang& x) {
  const auto& child = house_->name_of(x.child);
  trace(child + " hangs for " + spelled(x.length));
  oracle_.trouble_until(world_.awake + x.length + 12s);
  if (house_->pool_hangs())
    stall_pool(x.length);
  oracle_.hang_began(x.number, child, world_.awake);
  later(x.length, [this, number = x.number, run = runs_] {
    if (!house_ || runs_ != run)
      return;
    house_->end_hang(number);
    oracle_.hang_ended(number);
  });
}

void trial::stall_pool(nanoseconds length) {
  if (world_.awake > pool_free_at_ + 1s) // else it had hardly begun to make up for the last time
    pool_held_since_ = world_.awake;
  pool_free_at_ = std::max(pool_free_at_, world_.awake + length);
  if (pool_free_at_ - pool_held_since_ > 4s)
    oracle_.starved_until(pool_free_at_ + 12s);
}

void trial::stop() {
  if (!house_ || stopping_)
    return;
  stopping_ = true;
  trace("SIGTERM");
  oracle_.stop_ordered(world_.awake);
  house_->stop();
  force_end_at_ = world_.awake + stop_patience;
  arm_forced_end();
}

void trial::arm_forced_end() {
  later(std::max(0ns, force_end_at_ - world_.awake), [this, run = runs_] {
    if (!house_ || runs_ != run)
      return;
    trace("the daemon ends itself by force");
    end_daemon(run_end::stopped);
  });
}

} // namespace pmactor::simulation
