#include "messages/words.hpp"
#include "simulation/retune.hpp"
#include "simulation/trial.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// A freeze of this length is a pause by any settings that are chosen.
constexpr nanoseconds surely_reported = 700ms;

} // namespace

void trial::suffer(const fault& x) {
  trace(to_string(x));
  mix(static_cast<std::uint64_t>(x.kind));
  mix(static_cast<std::uint64_t>(world_.awake.count()));
  questions_.look(world_.wall, false);
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
      set_clock(nanoseconds{static_cast<std::int64_t>(x.amount * 1e9)});
      break;
    case fault_kind::vm_restore:
      later(dice_of(x).between(0s, 5s), [this, x] { set_clock(x.length); });
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
      stall_pool(x.length);
      oracle_.stalled(x.length);
      house_->hold_all(true);
      is_held_ = true;
      later(x.length, [this] { release_pool(); });
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
    case fault_kind::disk_corrupt: {
      world_.storage.damage();
      questions_.damaged(world_.wall);
      // A file that is damaged once more is set aside the later, the more often that happened.
      const storage_writer_policy policy;
      const auto before = note_damage(damages_, world_.awake, policy);
      set_aside_delay_ = decide_storage_failure(storage_failure::corrupt, before, policy).delay;
      oracle_.trouble_until(world_.awake + 12s + set_aside_delay_);
      break;
    }
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
    case fault_kind::send_fails:
      if (house_ && house_->children() > 0) {
        auto d = dice_of(x);
        const auto when = d.one_in(2) ? death_at::before : death_at::after;
        house_->order_death(x.detail % house_->children(), 1 + static_cast<unsigned>(d.below(8)), when);
      }
      break;
    case fault_kind::store_fails:
      world_.storage.dies = dice_of(x).one_in(2) ? death_at::before : death_at::after;
      break;
    case fault_kind::stall: {
      const auto which = x.detail % fragiles.size();
      if (world_.witness.stalls(which))
        break;
      world_.witness.begin(which, world_.awake, nanoseconds{static_cast<std::int64_t>(x.amount * 1e9)});
      oracle_.stall_began(which, world_.awake);
      later(x.length, [this, which] { end_stall(which); });
      break;
    }
  }
}

void trial::set_clock(nanoseconds by) {
  oracle_.clock_set();
  questions_.clock_set(world_.wall, world_.wall + by);
  world_.wall += by;
}

void trial::crash(dice d, std::uint32_t which) {
  if (!house_ || house_->children() == 0)
    return;
  const auto child = which % house_->children();
  const auto how = d.one_in(2) ? drill::way::raise : drill::way::quit;
  if (house_->crash(child, how, d.one_in(2)))
    oracle_.crash_ordered(house_->name_of(child), !house_->is_optional(child), world_.awake);
  trace(house_->name_of(child) + " is ordered to fail");
}

void trial::fail_disk(storage_failure how, nanoseconds length) {
  world_.storage.fails = how;
  oracle_.disk_failing(true, world_.awake);
  later(length, [this, turn = ++disk_turn_] {
    if (turn != disk_turn_)
      return;
    world_.storage.fails.reset();
    oracle_.disk_failing(false, world_.awake);
  });
}

void trial::end_stall(std::size_t which) {
  world_.witness.end(which, world_.awake);
  oracle_.stall_ended(which, world_.awake);
}

void trial::release_pool() {
  is_held_ = false;
  if (house_)
    house_->hold_all(false);
}

void trial::pause(const fault& x, nanoseconds frozen, nanoseconds asleep) {
  if (!house_ && asleep == 0ns)
    return;
  if (world_.awake < last_pause_ + 300ms) { // so that a beat lies between any two
    later(last_pause_ + 300ms - world_.awake, [this, x, frozen, asleep] { pause(x, frozen, asleep); });
    return;
  }
  const bool seen = house_ && world_.beat.runs();
  questions_.look(world_.wall, false);
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
  world_.counters.count_freeze(truth.cause, truth.whole_system, frozen, world_.wall);
  world_.child.pass_freeze(truth.began, world_.clocks(), truth.whole_system, world_.view());
  freezes_.push_back({world_.awake, frozen, truth.cause, truth.whole_system});
  while (freezes_.front().ended < truth.began.awake - 1500ms)
    freezes_.pop_front();
  for (const auto& one : freezes_) {
    // One that was reported has been read for; a shorter one is still in the next reading.
    if (&one == &freezes_.back() || one.length < surely_reported)
      truth.causes |= 1u << static_cast<unsigned>(one.cause);
    truth.mixed = truth.mixed || one.whole_system != truth.whole_system;
  }
  // What happened within the second before is in the same reading of the slower counters.
  // By the clock and not by the dice, as it is no fault of a plan.
  const bool torn = seen && truth.began.wall / 1ms % 4 == 0 && world_.beat.hold_up_reading(world_.clocks());
  truth.clear = !torn && frozen > 400ms && world_.counters.reveals(truth.cause, frozen)
                && last_pause_ < truth.began.awake - 1500ms && last_late_beat_ < truth.began.awake - 1500ms;
  last_pause_ = world_.awake;
  oracle_.froze(frozen);
  oracle_.shift_trouble(truth.began.awake, frozen);
  // Agenda items that fell into it happen after it, late.
  if (!house_)
    return;
  auto d = dice_of(x);
  const bool beat_first = d.one_in(2);
  if (!beat_first) {
    house_->advance_to(world_.actors);
    run_actors(d.below(10));
  }
  pass(d.between(30us, 300us));
  truth.ended = world_.clocks();
  truth.frozen = truth.ended.awake - truth.began.awake;
  truth.asleep = asleep;
  if (!house_)
    return;
  trace("the freeze is over");
  if (seen && world_.beat.runs()) {
    oracle_.gap(truth);
    // What is shorter than any setting of it is no pause, and what it stopped must be plain.
    const bool is_plain = asleep > 2s
                          || (truth.whole_system && frozen > 1s
                              && world_.child.is_sound_since(truth.began.awake - 15s));
    if (is_plain)
      questions_.stood_still(truth.began, truth.ended);
  }
  beat();
  if (beat_first)
    run_actors(d.below(10));
}

} // namespace pmactor::simulation
