#include "actors/supervision/read_health.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// @returns a moment or a length of the page; 0 there means none.
std::optional<nanoseconds> moment(std::int64_t ns) {
  return ns > 0 ? std::optional{nanoseconds{ns}} : std::nullopt;
}

/// @returns how long ago the moment is. Clocks are read in turn, so it may lie a little ahead of
/// now.
std::optional<nanoseconds> age(std::int64_t then_ns, nanoseconds now) {
  constexpr nanoseconds tolerance = std::chrono::seconds{2};
  const auto then = moment(then_ns);
  if (!then || now <= nanoseconds::zero() || (*then > now && *then - now > tolerance))
    return std::nullopt;
  return std::max(nanoseconds::zero(), now - *then);
}

/// @returns the reading at that moment of the clock that stamps handlers and arrivals,
/// std::chrono::steady_clock.
nanoseconds actors_clock(const clock_sample& at) {
#ifdef __APPLE__
  return at.total;
#else
  return at.awake;
#endif
}

/// @returns a known phase; an unknown one of a foreign page counts as *otherwise*.
template <class Phase>
Phase known(Phase x, Phase last, Phase otherwise) {
  return x <= last ? x : otherwise;
}

std::optional<nanoseconds> quantile(const handler_times& times, double share) {
  const auto result = times.quantile(share);
  return result > nanoseconds::zero() ? std::optional{result} : std::nullopt;
}

/// @returns how long its handler has run in lived time. No handler has lived for longer than it has run.
std::optional<nanoseconds> read_lived(const health_slot& slot, const std::optional<nanoseconds>& handling_for) {
  if (!handling_for)
    return std::nullopt;
  if (slot.met_since_ns.load() != slot.handler_since_ns.load())
    return nanoseconds::zero();
  return std::clamp(nanoseconds{slot.met_for_ns.load()}, nanoseconds::zero(), *handling_for);
}

/// The numbers of a foreign page are as they are; what cannot be is absent.
std::optional<actor_report::slow_report> read_slow(const slow_handlers& slow) {
  actor_report::slow_report x;
  x.count = slow.count.load();
  x.handler = slow.handler.as_it_is();
  x.took = std::max(nanoseconds::zero(), nanoseconds{slow.took_ns.load()});
  if (x.count == 0 || x.took < slow_handlers::least)
    return std::nullopt;
  const nanoseconds ran{slow.ran_ns.load()}, ready{slow.ready_ns.load()};
  constexpr nanoseconds inexact =
    std::chrono::milliseconds{10}; // three clocks are read one after the other
  if (ran >= nanoseconds::zero() && ready >= nanoseconds::zero() && ran <= x.took + inexact
      && ready <= x.took + inexact - std::min(ran, x.took)) {
    x.ran = std::min(ran, x.took);
    x.ready = std::min(ready, x.took - *x.ran);
    x.blocked = x.took - *x.ran - *x.ready;
  }
  return x;
}

actor_report read_slot(const health_slot& slot, const slot_supplement& supplement, const clock_sample& at) {
  const auto actors_now = actors_clock(at);
  actor_report x;
  x.name = slot.name.as_it_is();
  x.phase = known(slot.phase.load(), actor_phase::given_up, actor_phase::absent);
  x.optional_child = slot.optional_child.load() != 0;
  x.generation = slot.generation.load();
  x.restarts = slot.restarts.load();
  x.uptime = age(slot.started_ns.load(), at.total);
  x.failure = slot.failure.as_it_is();
  x.failed = moment(slot.failed_ns.load());
  x.handler = slot.handler.as_it_is();
  x.handler_thread = slot.handler_thread.load();
  x.handling_for = age(slot.handler_since_ns.load(), actors_now);
  x.handling_lived = read_lived(slot, x.handling_for);
  x.hang_limit = moment(slot.hang_limit_ns.load());

  const auto handled = slot.handled.load();
  const auto enqueued = slot.enqueued.load();
  x.handled = handled;
  const std::uint64_t in_hand = x.handling_for ? 1 : 0;
  x.waiting = enqueued > handled ? enqueued - handled - in_hand : 0;
  constexpr std::uint64_t remembered = health_slot::remembered_arrivals;
  if (x.waiting > 0) {
    const auto oldest = enqueued - std::min(x.waiting, remembered);
    x.oldest_age = age(slot.arrivals_ns[oldest % remembered].load(), actors_now);
  }
  if (enqueued > 0)
    x.last_message_age = age(slot.arrivals_ns[(enqueued - 1) % remembered].load(), actors_now);

  x.p50 = quantile(slot.times, 0.5);
  x.p99 = quantile(slot.times, 0.99);
  x.slow = read_slow(slot.slow);
  x.set_aside = slot.set_aside.load();
  x.dropped = slot.dropped.load();
  x.hangs = slot.hangs.load();
  x.errors = slot.errors.load();
  x.beats_late = {slot.beats_late.counts(), slot.beats_late.sum()};
  x.windows_late = {slot.windows_late.counts(), slot.windows_late.sum()};
  x.degraded = slot.degraded.as_it_is();
  x.note = slot.note.as_it_is();
  x.shortfall = slot.shortfall.as_it_is();
  x.shortfall_is_whole = slot.shortfall_is_whole.load() != 0;
  x.shortfall_command = supplement.shortfall_command.as_it_is();
  x.degraded_setting = supplement.degraded_setting.as_it_is();
  x.stalls = slot.stalls.load();
  return x;
}

} // namespace

clock_sample last_pulse(const health_page& page) {
  return {nanoseconds{page.pulse_awake_ns.load()}, nanoseconds{page.pulse_total_ns.load()},
          nanoseconds{page.pulse_wall_ns.load()}};
}

health_report read_health(const health_page& page, const clock_sample& at) {
  health_report x;
  x.daemon = {page.pid.load(), page.process_start.load(), page.boot_id.as_it_is()};
  x.namespaces = {page.pid_namespace.load(), page.time_namespace.load()};
  x.phase = known(page.phase.load(), daemon_phase::failed, daemon_phase::starting);
  x.data_folder = page.data_folder.as_it_is();
  x.last_words = page.last_words.as_it_is();
  x.degraded = page.degraded.as_it_is();
  x.uptime = age(page.started_total_ns.load(), at.total);
  x.started_wall = moment(page.started_wall_ns.load());
  x.pulse_age = age(page.pulse_awake_ns.load(), at.awake);
  x.pulse_wall = moment(page.pulse_wall_ns.load());
  x.samples_taken = page.samples_taken.load();
  x.samples_stored = page.samples_stored.load();
  x.samples_discarded = page.samples_discarded.load();
  x.samples_lost = page.samples_lost.load();
  x.samples_missed = page.samples_missed.load();
  const auto used = std::min<std::size_t>(page.slots_used.load(), health_page::max_slots);
  for (std::size_t i = 0; i < used; ++i)
    x.actors.push_back(read_slot(page.slots[i], page.supplements[i], at));
  return x;
}

} // namespace pmactor
