#include "simulation/simulate.hpp"

#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"
#include "simulation/capture.hpp"
#include "simulation/house.hpp"
#include "simulation/oracle.hpp"
#include "simulation/plant.hpp"
#include "simulation/retune.hpp"
#include "simulation/world.hpp"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// How long an orderly end may take before the daemon ends itself by force.
constexpr nanoseconds stop_patience = 800ms;
constexpr std::size_t storage_writer_seat = 0;
/// A freeze of this length is a pause by any settings that are chosen.
constexpr nanoseconds surely_told = 700ms;

using sink_listener = std::function<void(const sink_result&)>;

/// Takes the daemon's messages for people.
class courier final : public notice_courier {
public:
  /// @param carry is given the message, and the listener for as long as there is one.
  explicit courier(std::function<void(const notice_message&, const std::shared_ptr<sink_listener>&)> carry)
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

class simulation final : private disk_watcher {
public:
  explicit simulation(const simulation_options& options)
    : options_(options), plan_{options.faults ? *options.faults : make_plan(options.seed, options.length)},
      dice_{options.seed, 7}, world_{options.seed, *this}, planted_{find_bug(options.bug)} {
    began_ = world_.clocks();
    if (options.file)
      world_.storage.keep_file(planted_.file);
    asked_.powermetrics.command = {"the-sampler"};
    read_settings();
  }

  simulation_outcome run() {
    current = this;
    set_log_sink(planted_.log ? bugged_log : log);
    simulation_outcome result;
    try {
      start_daemon();
      while (since_start() < options_.length)
        step(options_.length);
      finish();
    } catch (const violation& x) {
      result.broken = x.broken;
      result.what = x.what();
      result.at = since_start();
    }
    set_log_sink(nullptr);
    if (house_)
      note_end_of_house();
    *power_ = false;
    house_.reset();
    current = nullptr;
    mix(static_cast<std::uint64_t>(world_.total.count()));
    mix(static_cast<std::uint64_t>(world_.wall.count()));
    mix(oracle_.checks());
    result.digest = digest_;
    auto& count = result.count;
    count.simulated = since_start();
    count.faults = applied_;
    count.messages = messages_;
    count.checks = oracle_.checks();
    count.runs = runs_;
    count.rows = rows_;
    count.pauses = oracle_.pauses();
    count.sleeps = oracle_.sleeps();
    count.explained = oracle_.explained();
    count.episodes = oracle_.episodes();
    count.restarts = restarts_;
    count.files = options_.file ? 1 : 0;
    count.held = oracle_.reach();
    return result;
  }

private:
  static inline simulation* current = nullptr;

  nanoseconds since_start() const {
    return world_.total - began_.total;
  }

  void mix(std::uint64_t x) {
    digest_ = (digest_ ^ x) * 0x100000001b3u;
    digest_ ^= digest_ >> 29;
  }

  void mix(std::string_view x) {
    for (const char c : x)
      digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }

  void trace(std::string_view what) const {
    if (!options_.trace)
      return;
    std::fprintf(stderr, "%12.6f %.*s\n", to_seconds(since_start()), static_cast<int>(what.size()), what.data());
  }

  static void bugged_log(log_level level, std::string_view component, std::string_view event,
                         std::string_view sentence) {
    current->planted_.log(level, component, event, sentence, log);
  }

  static void log(log_level, std::string_view component, std::string_view event, std::string_view sentence) {
    auto& self = *current;
    self.mix(event);
    self.mix(sentence);
    if (self.options_.trace)
      self.trace(std::string{component} + ' ' + std::string{event} + ": " + std::string{sentence});
    if (!self.house_ || !*self.power_)
      return;
    // Through the frames of CAF no exception finds its way: it is kept until the actors have run.
    try {
      self.oracle_.heard(self.world_.clocks(), component, event, sentence,
                         self.world_.child.is_sound_since(self.world_.awake - 15s));
    } catch (const violation& x) {
      self.keep(x);
    }
  }

  void keep(const violation& x) {
    if (!broken_)
      broken_ = x;
  }

  /// Calls the oracle from within an actor.
  template <class F>
  void ask(F f) {
    try {
      f();
    } catch (const violation& x) {
      keep(x);
    }
  }

  void committed(const scored_sample& row) override {
    ++rows_;
    mix(row.system.tick);
    mix(static_cast<std::uint64_t>(row.stress.total() * 1000));
    ask([&] { oracle_.committed(row); });
  }

  void committed(const event_record& row, const pause_event* earlier) override {
    mix(static_cast<std::uint64_t>(row.event.started.count()));
    mix(static_cast<std::uint64_t>(row.event.duration.count()));
    mix(static_cast<std::uint64_t>(row.event.cause) * 16 + static_cast<std::uint64_t>(row.event.scope));
    trace("committed " + to_string(row.event));
    ask([&] { oracle_.committed(row, earlier); });
  }

  void committed(const capture_report& row) override {
    mix(static_cast<std::uint64_t>(row.event.started.count()));
  }

  void differs(const std::string& what) override {
    keep(violation{"history-differs", what});
  }

  // ---- the daemon

  void read_settings() {
    conf_ = asked_;
    if (planted_.conf)
      planted_.conf(conf_);
  }

  topology_seams seams(health_page& page) {
    topology_seams result;
    result.read_counters = [this, power = power_, &page] {
      system_counters x;
      if (!*power)
        return x;
      if (world_.blind) {
        oracle_.crash_ordered(true, world_.awake);
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
    result.start_child = world_.child.starter([power = power_] { return *power; },
                                              [this] { return world_.clocks(); });
    result.beat = [this](const beat_policy& policy, std::function<void(beat_batch)> tell) {
      return world_.beat.start(policy, std::move(tell), world_.clocks());
    };
    result.courier = [this, power = power_](const delivery_policy&) {
      if (*power && sinks_fail_ && sink_dice_.one_in(2)) {
        oracle_.crash_ordered(false, world_.awake);
        throw std::runtime_error("there is no thread for the courier");
      }
      return std::make_unique<courier>(
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

  /// Carries a message to people, and tells what became of it.
  void carry(const notice_message& x, const std::shared_ptr<sink_listener>& listener) {
    using outcome = sink_result::outcome;
    mix(x.line);
    trace("told: " + x.line);
    ask([&] { oracle_.told(world_.clocks(), x); });
    const auto tell = [&](const char* sink, outcome what, std::string says, nanoseconds delay = {}) {
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
      tell("desktop", outcome::delivered, "");
      if (sinks_failed_)
        tell("command", outcome::delivered, "", sink_dice_.between(1ms, 2s));
      return;
    }
    switch (sink_dice_.below(5)) {
      case 0:
        tell("desktop", outcome::failed, "it did not answer");
        break;
      case 1:
        tell("command", outcome::failed, "it ended with status 1", sink_dice_.between(1ms, 2s));
        break;
      case 2:
        tell("command", outcome::failed, "it took too long", 10s);
        break;
      case 3:
        tell("desktop", outcome::unavailable, "nobody is logged in");
        break;
      default:
        tell("", outcome::lost, "too many were waiting");
    }
  }

  void start_daemon() {
    if (house_)
      return;
    ++runs_;
    power_ = std::make_shared<bool>(true);
    topology_options options;
    options.conf = conf_;
    options.io_baseline = world_.storage.recall(std::string{io_baseline_key}).value_or("");
    oracle_.run_began(runs_, world_.clocks(), asked_);
    trace("the daemon starts");
    house_ = std::make_unique<house>(
      options,
      [this](health_page& page) {
        auto result = seams(page);
        if (planted_.seams)
          planted_.seams(result, page);
        return result;
      },
      power_, world_.awake,
      dice{options_.seed, 100 + runs_}, planted_.change);
    stopping_ = false;
    run_actors();
  }

  void note_end_of_house() {
    messages_ += house_->messages();
    mix(house_->order_digest());
    for (const auto& slot : house_->page().slots)
      restarts_ += slot.restarts.load();
  }

  void end_daemon(run_end how) {
    oracle_.run_ended(how, world_.clocks(), *house_, house_->page(), world_.storage);
    note_end_of_house();
    trace(how == run_end::killed ? "the daemon is killed" : how == run_end::failed ? "the daemon failed" : "the daemon has stopped");
    *power_ = false;
    if (how == run_end::killed)
      world_.storage.cut_power();
    house_.reset();
    world_.storage.check_file();
    const auto down = std::exchange(down_for_, 1s);
    later(down, [this] { start_daemon(); });
    check_broken();
  }

  void check_broken() {
    if (broken_)
      throw *std::exchange(broken_, {});
  }

  /// All actors that are ready, in an order that the seed decides.
  void run_actors(std::size_t at_most = SIZE_MAX) {
    for (std::size_t i = 0; i < at_most && house_->run_one(); ++i) {
      if (world_.storage.busy_for > 0ns)
        hold_disk();
      if (const auto hangs = house_->began_to_hang())
        begin_hang(*hangs);
    }
    if (house_->is_over())
      end_daemon(house_->has_failed() ? run_end::failed : run_end::stopped);
  }

  /// The disk takes its time, and with it the one who waits for it.
  void hold_disk() {
    const auto length = std::exchange(world_.storage.busy_for, 0ns);
    house_->hold(storage_writer_seat, true);
    oracle_.trouble_until(world_.awake + length + 12s);
    later(length, [this, run = runs_] {
      if (house_ && runs_ == run)
        house_->hold(storage_writer_seat, false);
    });
  }

  void begin_hang(const house::hang& x) {
    const auto& child = house_->name_of(x.child);
    trace(child + " hangs for " + spelled(x.length));
    oracle_.trouble_until(world_.awake + x.length + 12s);
    if (x.length > 4s && house_->pool_hangs())
      oracle_.starved_until(world_.awake + x.length + 12s);
    oracle_.hang_began(x.number, child, world_.awake);
    later(x.length, [this, number = x.number, run = runs_] {
      if (!house_ || runs_ != run)
        return;
      house_->end_hang(number);
      oracle_.hang_ended(number);
    });
  }

  // ---- time

  void later(nanoseconds delay, std::function<void()> what) {
    agenda_.emplace(world_.awake + delay, std::move(what));
  }

  void pass(nanoseconds x) {
    world_.pass(x);
    if (house_)
      house_->set_clock(world_.awake);
  }

  nanoseconds awake_at(nanoseconds since_start) const {
    return began_.total + since_start - (world_.total - world_.awake);
  }

  /// To the next thing that happens, and through it, but not beyond *end*.
  void step(nanoseconds end) {
    auto next = awake_at(end);
    const auto sooner = [&next](nanoseconds x) { next = std::min(next, x); };
    if (next_fault_ < plan_.size())
      sooner(awake_at(plan_[next_fault_].at));
    if (!agenda_.empty())
      sooner(agenda_.begin()->first);
    if (world_.child.runs())
      sooner(world_.child.next());
    if (house_) {
      if (world_.beat.runs())
        sooner(world_.beat.next());
      if (const auto due = house_->next_timer())
        sooner(*due);
    }
    if (next > world_.awake)
      pass(next - world_.awake);
    const auto awake = world_.awake;
    bool busy = false;
    if (world_.child.runs() && world_.child.next() <= awake) {
      world_.child.wake(world_.clocks(), world_.sky.is_hot(awake));
      busy = true;
    }
    if (house_ && world_.beat.runs() && world_.beat.next() <= awake)
      busy = world_.beat.wake(world_.clocks()) || busy;
    if (house_)
      if (const auto due = house_->next_timer(); due && *due <= awake) {
        house_->advance_to(awake);
        busy = true;
      }
    if (busy && ambush_) {
      run_actors(dice_.below(12));
      suffer(*std::exchange(ambush_, {}));
      busy = true;
    }
    while (!agenda_.empty() && agenda_.begin()->first <= awake) {
      const auto what = std::move(agenda_.begin()->second);
      agenda_.erase(agenda_.begin());
      what();
      busy = true;
    }
    if (next_fault_ < plan_.size() && awake_at(plan_[next_fault_].at) <= awake) {
      const auto& x = plan_[next_fault_++];
      ++applied_;
      if (!ambush_ && is_sudden(x.kind) && dice_of(x).one_in(2))
        ambush_ = x; // in the middle of what the actors do next
      else
        suffer(x);
      busy = true;
    }
    if (!busy)
      return;
    if (house_) {
      house_->advance_to(world_.awake);
      run_actors();
    }
    check_broken();
    if (house_ && !is_held_)
      oracle_.settled(world_.clocks(), house_->page(), world_.storage,
                      world_.child.is_sound_since(world_.awake - 15s));
    check_broken();
  }

  void finish() {
    trace("the end of the simulation");
    world_.storage.fails.reset();
    world_.storage.slowness = 0ns;
    world_.storage.busy_for = 0ns;
    oracle_.disk_failing(false, world_.awake);
    world_.blind = false;
    ambush_.reset();
    agenda_.clear();
    next_fault_ = plan_.size();
    sinks_fail_ = false;
    release();
    start_daemon();
    house_->end_hangs();
    oracle_.hangs_ended();
    house_->hold(storage_writer_seat, false);
    const auto calm = since_start() + 40s; // what a long trouble may take to pass
    while (since_start() < calm)
      step(calm);
    if (!house_)
      return;
    stop();
    run_actors();
    check_broken();
    for (const auto end = calm + 900ms; house_ && since_start() < end;)
      step(end);
    agenda_.clear();
  }

  // ---- what befalls

  static bool is_sudden(fault_kind x) {
    return x == fault_kind::freeze || x == fault_kind::sleep || x == fault_kind::crash
           || x == fault_kind::stop || x == fault_kind::kill || x == fault_kind::child_exit
           || x == fault_kind::reload;
  }

  /// Chance for one fault's own, so that it is the same when others are left out of the plan.
  dice dice_of(const fault& x) const {
    return {options_.seed ^ static_cast<std::uint64_t>(x.at.count()), 8};
  }

  void suffer(const fault& x) {
    trace(to_string(x));
    mix(static_cast<std::uint64_t>(x.kind));
    mix(static_cast<std::uint64_t>(world_.awake.count()));
    switch (x.kind) {
      case fault_kind::freeze:
        pause(x, x.length, 0ns);
        break;
      case fault_kind::sleep:
        pause(x, nanoseconds{static_cast<std::int64_t>(x.amount * 1e9)}, x.length);
        break;
      case fault_kind::dark_wake: {
        auto d = dice_of(x);
        nanoseconds delay{};
        for (std::uint32_t i = 0; i < x.detail; ++i) {
          later(delay, [this, x, frozen = d.between(1ms, 900ms)] { pause(x, frozen, x.length); });
          delay += d.between(1500ms, 4s);
        }
        break;
      }
      case fault_kind::clock_step:
        world_.wall += nanoseconds{static_cast<std::int64_t>(x.amount * 1e9)};
        break;
      case fault_kind::vm_restore:
        later(dice_of(x).between(0s, 5s), [this, x] { world_.wall += x.length; });
        break;
      case fault_kind::late_beat:
        if (house_ && world_.beat.runs() && world_.beat.next() > world_.awake)
          world_.beat.hold_next(x.length);
        last_late_beat_ = world_.awake + x.length;
        oracle_.beat_held_until(last_late_beat_);
        break;
      case fault_kind::pool_stall:
        if (!house_)
          break;
        oracle_.trouble_until(world_.awake + x.length + 12s);
        if (x.length > 4s)
          oracle_.starved_until(world_.awake + x.length + 12s);
        oracle_.stalled(x.length);
        house_->hold_all(true);
        is_held_ = true;
        later(x.length, [this] { release(); });
        break;
      case fault_kind::load:
      case fault_kind::memory:
      case fault_kind::io:
      case fault_kind::thermal:
      case fault_kind::crisis:
        world_.sky.begin(x, world_.awake);
        break;
      case fault_kind::child_exit:
      case fault_kind::child_hang:
      case fault_kind::child_torn:
      case fault_kind::child_garbage:
      case fault_kind::child_huge:
      case fault_kind::child_flood:
      case fault_kind::child_noise:
      case fault_kind::child_late:
      case fault_kind::child_reuses:
      case fault_kind::child_refuses:
        oracle_.child_suffers(world_.awake);
        world_.child.suffer(x, world_.clocks());
        break;
      case fault_kind::disk_busy:
        fail_disk(storage_failure::busy, x.length);
        break;
      case fault_kind::disk_full:
        fail_disk(storage_failure::full, x.length);
        break;
      case fault_kind::disk_io:
        fail_disk(storage_failure::io, x.length);
        break;
      case fault_kind::disk_denied:
        fail_disk(storage_failure::denied, x.length);
        break;
      case fault_kind::disk_odd:
        fail_disk(storage_failure::other, x.length);
        break;
      case fault_kind::disk_slow:
        world_.storage.slowness = nanoseconds{static_cast<std::int64_t>(x.amount * 1e9)};
        oracle_.trouble_until(world_.awake + x.length + 12s);
        later(x.length, [this] { world_.storage.slowness = 0ns; });
        break;
      case fault_kind::disk_corrupt:
        world_.storage.damaged = true;
        oracle_.trouble_until(world_.awake + 12s);
        break;
      case fault_kind::crash:
        crash(dice_of(x), x.detail);
        break;
      case fault_kind::crash_storm: {
        auto d = dice_of(x);
        for (std::uint32_t i = 0; i < x.detail; ++i)
          later(d.between(0ns, x.length), [this, own = dice{d.next(), 9}]() mutable {
            crash(own, static_cast<std::uint32_t>(own.below(1u << 16)));
          });
        break;
      }
      case fault_kind::blind:
        world_.blind = true;
        oracle_.starved_until(world_.awake + x.length + 12s);
        later(x.length, [this] {
          world_.blind = false;
          oracle_.trouble_until(world_.awake + 12s);
        });
        break;
      case fault_kind::stop:
        down_for_ = x.length;
        stop();
        break;
      case fault_kind::kill:
        down_for_ = x.length;
        if (house_)
          end_daemon(run_end::killed);
        break;
      case fault_kind::reload:
        asked_ = retuned(asked_, dice_of(x));
        read_settings();
        if (!house_)
          break;
        oracle_.reloaded(asked_, world_.awake);
        oracle_.child_suffers(world_.awake); // another one takes its place
        house_->reload();
        break;
      case fault_kind::actor_hangs:
        if (house_ && house_->children() > 0)
          house_->order_hang(x.detail % house_->children(), x.length, dice_of(x).one_in(2));
        break;
      case fault_kind::sink_fails:
        sinks_fail_ = sinks_failed_ = true;
        later(x.length, [this, turn = ++sink_turn_] { sinks_fail_ = sinks_fail_ && turn != sink_turn_; });
        break;
    }
  }

  void release() {
    is_held_ = false;
    if (house_)
      house_->hold_all(false);
  }

  void stop() {
    if (!house_ || stopping_)
      return;
    stopping_ = true;
    trace("SIGTERM");
    oracle_.stop_ordered(world_.awake);
    house_->stop();
    later(stop_patience, [this, run = runs_] {
      if (!house_ || runs_ != run)
        return;
      trace("the daemon ends itself by force");
      end_daemon(run_end::stopped);
    });
  }

  void crash(dice d, std::uint32_t which) {
    if (!house_ || house_->children() == 0)
      return;
    const auto child = which % house_->children();
    const auto how = d.one_in(2) ? drill::way::raise : drill::way::quit;
    if (house_->crash(child, how, d.one_in(2)))
      oracle_.crash_ordered(!house_->is_optional(child), world_.awake);
    trace(house_->name_of(child) + " is ordered to fail");
  }

  void fail_disk(storage_failure how, nanoseconds length) {
    world_.storage.fails = how;
    oracle_.disk_failing(true, world_.awake);
    later(length, [this, turn = ++disk_turn_] {
      if (turn != disk_turn_)
        return;
      world_.storage.fails.reset();
      oracle_.disk_failing(false, world_.awake);
    });
  }

  /// The host stops, with all that is on its way, and goes on.
  void pause(const fault& x, nanoseconds frozen, nanoseconds asleep) {
    if (!house_ && asleep == 0ns)
      return;
    if (world_.awake < last_pause_ + 300ms) { // so that a beat lies between any two
      later(last_pause_ + 300ms - world_.awake, [this, x, frozen, asleep] { pause(x, frozen, asleep); });
      return;
    }
    const bool seen = house_ && world_.beat.runs();
    true_gap truth;
    truth.began = world_.clocks();
    truth.cause = x.kind == fault_kind::dark_wake ? pause_cause::unexplained : world_.counters.possible(x.cause);
    truth.whole_system = x.whole_system || asleep > 0ns;
    if (seen)
      truth.slack = std::max(nanoseconds{}, world_.beat.held() - 1ms);
    const auto first = frozen / 2;
    pass(first);
    world_.suspend(asleep);
    pass(frozen - first);
    world_.counters.count_freeze(truth.cause, frozen, world_.wall);
    world_.child.pass_freeze(truth.began, world_.clocks(), truth.whole_system, world_.sky.is_hot(world_.awake));
    freezes_.push_back({world_.awake, frozen, truth.cause, truth.whole_system});
    while (freezes_.front().ended < truth.began.awake - 1500ms)
      freezes_.pop_front();
    for (const auto& one : freezes_) {
      // One that was told of has been read for; a shorter one is still in the next reading.
      if (&one == &freezes_.back() || one.length < surely_told)
        truth.causes |= 1u << static_cast<unsigned>(one.cause);
      truth.mixed = truth.mixed || one.whole_system != truth.whole_system;
    }
    // What happened within the second before is in the same reading of the slower counters.
    truth.clear = frozen > 400ms && world_.counters.tells(truth.cause, frozen)
                  && last_pause_ < truth.began.awake - 1500ms && last_late_beat_ < truth.began.awake - 1500ms;
    last_pause_ = world_.awake;
    oracle_.froze(frozen);
    if (is_held_ || (house_ && house_->pool_hangs())) // the metronome makes up for one or the other
      oracle_.starved_until(world_.awake + 12s);
    oracle_.shift_trouble(truth.began.awake, frozen);
    // Agenda items that fell into it happen after it, late.
    if (!house_)
      return;
    auto d = dice_of(x);
    const bool beat_first = d.one_in(2);
    if (!beat_first) {
      house_->advance_to(world_.awake);
      run_actors(d.below(10));
    }
    pass(d.between(30us, 300us));
    truth.ended = world_.clocks();
    truth.frozen = truth.ended.awake - truth.began.awake;
    truth.asleep = asleep;
    if (!house_)
      return;
    trace("the freeze is over");
    if (seen && world_.beat.runs())
      oracle_.gap(truth);
    world_.beat.wake(world_.clocks());
    if (beat_first)
      run_actors(d.below(10));
  }

  simulation_options options_;
  settings asked_; ///< As the settings file has them,
  settings conf_;  ///< and as the daemon reads them.
  plan plan_;
  dice dice_;
  oracle oracle_{world_.sky};
  world world_;
  bug planted_;
  clock_sample began_;
  std::shared_ptr<bool> power_ = std::make_shared<bool>(false);
  std::unique_ptr<house> house_;
  std::multimap<nanoseconds, std::function<void()>> agenda_; ///< On the awake clock.
  std::optional<fault> ambush_;
  std::optional<violation> broken_;
  struct past_freeze {
    nanoseconds ended{}, length{};
    pause_cause cause = pause_cause::unexplained;
    bool whole_system = false;
  };
  std::deque<past_freeze> freezes_; ///< Within the last second or two.
  std::size_t next_fault_ = 0;
  std::uint64_t runs_ = 0, digest_ = 0xcbf29ce484222325u, messages_ = 0, applied_ = 0, restarts_ = 0,
                disk_turn_ = 0, rows_ = 0;
  nanoseconds last_pause_{-10s}, last_late_beat_{-10s}, down_for_{1s};
  bool stopping_ = false, is_held_ = false;
  dice sink_dice_{options_.seed, 60};
  std::uint64_t sink_turn_ = 0;
  bool sinks_fail_ = false, sinks_failed_ = false; ///< Now; ever.
};

} // namespace

void simulation_outcome::counts::add(const counts& x) {
  simulated += x.simulated;
  faults += x.faults;
  messages += x.messages;
  checks += x.checks;
  runs += x.runs;
  rows += x.rows;
  pauses += x.pauses;
  sleeps += x.sleeps;
  explained += x.explained;
  episodes += x.episodes;
  restarts += x.restarts;
  files += x.files;
  held.add(x.held);
}

bool has_file(std::uint64_t seed, nanoseconds length) {
  return length <= 6h && dice{seed, 61}.one_in(8);
}

simulation_outcome simulate(const simulation_options& options) {
  return simulation{options}.run();
}

} // namespace pmactor::simulation
