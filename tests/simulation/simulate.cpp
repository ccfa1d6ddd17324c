#include "simulation/simulate.hpp"

#include "actors/supervision/log.hpp"
#include "app/explain/read_record.hpp"
#include "messages/words.hpp"
#include "simulation/trial.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// What may befall it in the middle of what the actors do.
bool is_sudden(fault_kind x) {
  return x == fault_kind::freeze || x == fault_kind::sleep || x == fault_kind::crash
         || x == fault_kind::stop || x == fault_kind::kill || x == fault_kind::child_exit
         || x == fault_kind::reload || x == fault_kind::send_fails;
}

} // namespace

trial::trial(const simulation_options& options)
  : options_(options), plan_{options.faults ? *options.faults : make_plan(options.seed, options.length)},
    dice_{options.seed, 7}, world_{options.seed, *this}, planted_{find_bug(options.bug)} {
  began_ = world_.clocks();
  if (options.file)
    world_.storage.keep_file(planted_.file);
  asked_.powermetrics.command = {"the-sampler"};
  read_settings();
}

simulation_outcome trial::run() {
  current = this;
  set_log_sink(planted_.log ? bugged_log : log);
  simulation_outcome result;
  try {
    start_daemon();
    while (since_start() < options_.length)
      step(options_.length);
    finish();
    ask_about_the_past();
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

void trial::trace(std::string_view what) const {
  if (!options_.trace)
    return;
  std::fprintf(stderr, "%12.6f %.*s\n", to_seconds(since_start()), static_cast<int>(what.size()), what.data());
}

void trial::check_broken() {
  if (broken_)
    throw *std::exchange(broken_, {});
}

void trial::later(nanoseconds delay, std::function<void()> what) {
  agenda_.emplace(world_.awake + delay, std::move(what));
}

void trial::pass(nanoseconds x) {
  world_.pass(x);
  if (house_)
    house_->set_clock(world_.actors);
}

bool trial::beat() {
  if (!world_.beat.runs() || world_.beat.next() > world_.awake)
    return false;
  oracle_.beat(world_.awake);
  return world_.beat.wake(world_.clocks(), world_.actors);
}

void trial::step(nanoseconds end) {
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
      sooner(awake_by(*due));
  }
  if (next > world_.awake)
    pass(next - world_.awake);
  const auto awake = world_.awake;
  bool busy = false;
  if (world_.child.runs() && world_.child.next() <= awake) {
    world_.child.wake(world_.clocks(), world_.view());
    busy = true;
  }
  if (house_)
    busy = beat() || busy;
  if (house_)
    if (const auto due = house_->next_timer(); due && *due <= world_.actors) {
      house_->advance_to(world_.actors);
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
    house_->advance_to(world_.actors);
    run_actors();
  }
  check_broken();
  if (house_ && !is_held_)
    oracle_.settled(world_.clocks(), house_->page(), world_.storage,
                    world_.child.is_sound_since(world_.awake - 15s));
  check_broken();
  note_time();
}

void trial::note_time() {
  if (std::exchange(files_aside_, world_.storage.files_aside) != world_.storage.files_aside)
    questions_.forgotten(world_.wall);
  questions_.look(world_.wall, house_ && !is_held_ && world_.awake > last_late_beat_ + 1s
                                    && oracle_.is_undisturbed(world_.awake));
}

void trial::ask_about_the_past() {
  if (world_.storage.file().empty())
    return;
  auto policy = record_policy_of(asked_);
  policy.every = std::max(policy.every, 10.0); // as it may have been set meanwhile
  questions_.ask(world_.storage.file(), dice{options_.seed, 62}, policy, world_.wall,
                 planted_.answers, oracle_.reach_of_answers());
}

void trial::finish() {
  trace("the end of the simulation");
  world_.storage.fails.reset();
  world_.storage.slowness = 0ns;
  world_.storage.busy_for = 0ns;
  oracle_.disk_failing(false, world_.awake);
  world_.storage.dies = death_at::never;
  world_.blind = false;
  ambush_.reset();
  agenda_.clear();
  for (std::size_t i = 0; i < fragiles.size(); ++i)
    end_stall(i);
  if (house_ && stopping_)
    arm_forced_end();
  next_fault_ = plan_.size();
  sinks_fail_ = false;
  release_pool();
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
  return trial{options}.run();
}

} // namespace pmactor::simulation
