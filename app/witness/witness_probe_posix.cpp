#include "app/witness/witness_probe.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"
#include "app/witness/run_queue_clock.hpp"

#include <algorithm>
#include <semaphore>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// An act that takes as long leads up to one that is worth noting.
constexpr nanoseconds slow = 100ms;
/// From here on it is asked whether the thread had waited for a CPU instead.
constexpr nanoseconds least_distinct = 10ms;
constexpr auto work_sense = static_cast<std::uint32_t>(stall_sense::work);

} // namespace

struct witness_probe::shared {
  shared(owned_slot its_slot, std::function<bool(probe_turn&)> its_act, const absent_time& its_absent,
         probe_clock its_clock)
    : owned{std::move(its_slot)}, act{std::move(its_act)}, absent{its_absent}, clock{std::move(its_clock)} {
  }

  owned_slot owned;
  witness_slot& slot = *owned;
  std::function<bool(probe_turn&)> act;
  const absent_time& absent;
  probe_clock clock;
  std::counting_semaphore<2> asked{0}; ///< By its owner, and by the end of its owner.
  std::atomic<bool> busy{false}, unwanted{false};
  std::atomic<std::int64_t> began_ns{0}, took_ns{0}; ///< Of what it is at, 0 for nothing; of the last one.
  std::atomic<std::int64_t> well_at_ns{0};
  nanoseconds ended{}; ///< The last one; its thread's alone, as the next.
  nanoseconds
    slow_since{}; ///< The first of the last acts on end that were slow; zero if the last was not.

  bool act_once(const run_queue_clock& run_queue, std::int64_t own_thread) {
    probe_turn turn{slot};
    const auto waited_before = run_queue.read();
    const auto began = clock();
    began_ns.store(began.count(), std::memory_order_relaxed);
    const auto absent_before = absent.load();
    // The thing may have ceased to answer at any time since it last did.
    const auto well = std::max(ended, nanoseconds{well_at_ns.load(std::memory_order_relaxed)});
    const auto uncertainty = std::clamp(began - well, nanoseconds{}, nanoseconds{1s}) / 2;
    slot.led_from_ns.store(slow_since.count(), std::memory_order_relaxed);
    slot.uncertainty_ns.store(uncertainty.count(), std::memory_order_relaxed);
    slot.since_ns.store((began - uncertainty).count());
    const bool goes_on = !unwanted.load() && act(turn);
    ended = clock();
    slot.thread.store(own_thread);
    slot.since_ns.store(0, std::memory_order_release);
    if (unwanted.load())
      return false;
    const nanoseconds missing{absent.load() - absent_before};
    const auto took = ended - began - missing;
    took_ns.store(took.count(), std::memory_order_relaxed);
    began_ns.store(0, std::memory_order_relaxed);
    const auto waited = took >= least_distinct
                          ? std::min(turn.waited() + waited_between(waited_before, run_queue.read()), took)
                          : nanoseconds{};
    const bool by_run_queue = took >= least_distinct && 2 * waited >= took;
    if (goes_on && took >= least_noted)
      note_stretch(slot, began - uncertainty + missing, ended, uncertainty, by_run_queue, slow_since);
    if (took < slow)
      slow_since = {};
    else if (slow_since == nanoseconds{})
      slow_since = began - uncertainty + missing;
    // What works in order to feel the CPUs is late by its wait alone.
    const bool waits_only = by_run_queue || slot.sense.load(std::memory_order_relaxed) == work_sense;
    note_act(slot, waits_only ? waited : took, by_run_queue);
    return goes_on;
  }
};

std::chrono::nanoseconds awake_time() {
  return read_clock(awake_clock);
}

witness_probe::witness_probe(owned_slot slot, std::function<bool()> act, const absent_time& absent,
                             probe_clock clock)
  : witness_probe{std::move(slot), [act = std::move(act)](probe_turn&) { return act(); }, absent,
                  std::move(clock)} {
}

witness_probe::witness_probe(owned_slot slot, std::function<bool(probe_turn&)> act, const absent_time& absent,
                             probe_clock clock)
  : shared_{std::make_shared<shared>(std::move(slot), std::move(act), absent, std::move(clock))} {
  start_expendable("pm-probe", [mine = shared_] {
    const run_queue_clock run_queue;
    const auto own_thread = own_thread_id();
    mine->slot.thread.store(own_thread);
    do {
      mine->asked.acquire();
      if (!mine->act_once(run_queue, own_thread))
        return; // busy for ever: it is not asked again
      mine->busy.store(false, std::memory_order_release);
    } while (true);
  });
}

witness_probe::~witness_probe() {
  shared_->unwanted.store(true);
  // What is gone does not hang any more, even if this thread is left in it for ever.
  shared_->slot.since_ns.store(0);
  shared_->asked.release();
}

bool witness_probe::ask(nanoseconds well_at) {
  if (shared_->busy.exchange(true, std::memory_order_acquire))
    return false;
  shared_->well_at_ns.store(well_at.count(), std::memory_order_relaxed);
  shared_->asked.release();
  return true;
}

std::uint64_t witness_probe::done() const {
  return shared_->slot.done.load(std::memory_order_acquire); // with it comes what takes() says of the last one
}

nanoseconds witness_probe::takes(nanoseconds now) const {
  const nanoseconds began{shared_->began_ns.load(std::memory_order_relaxed)};
  return began > nanoseconds{} ? now - began : nanoseconds{shared_->took_ns.load(std::memory_order_relaxed)};
}

} // namespace pmactor
