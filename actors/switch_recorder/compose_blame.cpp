#include "actors/switch_recorder/compose_blame.hpp"

#include "actors/switch_recorder/draw_cpus.hpp"

#include <algorithm>
#include <tuple>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds longest_drawing = std::chrono::seconds{60};

nanoseconds began_of(const pause_event& event) {
  return event.stall ? event.before.awake : event.after.awake - event.duration;
}

/// @returns how long it waited for CPUs that others held: not beside a cause that none of them brought about, where it
/// is what waking up takes on a machine that was held up as well.
nanoseconds harm_by_others(const pause_event& event) {
  return may_be_by_processes(event.cause) ? event.book[pause_cause::cpu_wait].length : nanoseconds{};
}

bool covers_any(const switch_log& log, nanoseconds until) {
  return std::any_of(log.cpus.begin(), log.cpus.end(),
                     [until](const cpu_log& x) { return x.covers_from < until; });
}

/// @returns what is recorded of the disk that stalls; null if it is nothing.
const disk_log* find_disk(const pause_event& stall, const switch_log& log) {
  const auto found = std::find_if(log.disks.begin(), log.disks.end(), [&stall](const disk_log& x) {
    return x.name == stall.stall->name && !x.name.empty();
  });
  return found == log.disks.end() ? nullptr : &*found;
}

bool is_same(const doer& a, const doer& b) {
  const auto identity = [](const doer& x) { return std::tie(x.kind, x.pid, x.name, x.parent, x.unit); };
  return identity(a) == identity(b);
}

} // namespace

nanoseconds record_since(const pause_event& event) {
  const auto margin = std::clamp(event.duration / 10, nanoseconds{std::chrono::milliseconds{100}},
                                 nanoseconds{std::chrono::seconds{1}});
  return std::min(event.before.awake, began_of(event) - margin);
}

std::optional<cpu_timeline> draw_event(const pause_event& event, nanoseconds until, const switch_log& log) {
  const auto from = std::max(record_since(event), until - longest_drawing);
  if (!covers_any(log, until))
    return std::nullopt;
  return draw_cpus(log, from, until, event.after.wall + (from - event.after.awake));
}

std::optional<pause_charges> charge_pause(const pause_event& event, const switch_log& log) {
  const auto until = event.after.awake;
  if (!covers_any(log, until))
    return std::nullopt;
  pause_charges result;
  const auto waits = find_waits(log, log.beat_thread, event.before.awake, until,
                                event.book[pause_cause::cpu_wait].length);
  result.charged.add(waits, log);
  if (!waits.empty() && waits[0].cpu
      && std::all_of(waits.begin(), waits.end(),
                     [&waits](const cpu_wait& x) { return x.cpu == waits[0].cpu; }))
    result.resource = "CPU " + std::to_string(*waits[0].cpu);
  return result;
}

blame_facts sum_up_pause(const pause_event& event, const pause_charges& charges) {
  const auto harm = harm_by_others(event);
  auto result = harm > nanoseconds{} ? charges.charged.sum_up(harm) : charge_book{}.sum_up(harm);
  result.resource = harm > nanoseconds{} ? charges.resource : "the CPUs";
  result.victim = "pmactor's beat";
  return result;
}

std::optional<blame_facts> blame_pause(const pause_event& event, const switch_log& log) {
  const auto charges = charge_pause(event, log);
  if (!charges)
    return std::nullopt;
  auto result = sum_up_pause(event, *charges);
  result.timeline = draw_event(event, event.after.awake, log);
  return result;
}

void charge_stall(const pause_event& stall, nanoseconds since, nanoseconds until, const switch_log& log, charge_book& to) {
  if (until <= since)
    return;
  if (stall.stall->resource == stall_resource::cpu)
    to.add({{since, until, std::nullopt}}, log);
  if (stall.stall->resource != stall_resource::disk)
    return;
  if (const auto* found = find_disk(stall, log))
    to.add(*found, since, until, log);
  else if (!to.is_empty())
    to.add(disk_log{}, since, until, log); // it has come to rest
}

bool is_at_standstill(const pause_event& stall, nanoseconds since, const switch_log& log) {
  if (stall.stall->resource != stall_resource::disk)
    return false;
  const auto* found = find_disk(stall, log);
  return found == nullptr || std::none_of(found->requests.begin(), found->requests.end(), [since](const disk_request& x) {
    return x.is_over && x.ended > since;
  });
}

blame_facts sum_up_stall(const pause_event& stall, nanoseconds until, const charge_book& charged) {
  const bool is_of_cpus = stall.stall->resource == stall_resource::cpu;
  const bool is_known = is_of_cpus || !charged.is_empty();
  auto result = charged.sum_up(is_known ? until - stall.before.awake : nanoseconds{});
  result.resource = !is_known ? "the CPUs" : in_words(stall.stall->resource, stall.stall->name);
  result.victim = "programs of ordinary priority";
  return result;
}

bool is_news(const blame_facts& found, const blame_facts& reported) {
  return found.harm > 2 * reported.harm
         || !std::is_permutation(found.doers.begin(), found.doers.end(), reported.doers.begin(), reported.doers.end(), is_same);
}

} // namespace pmactor
