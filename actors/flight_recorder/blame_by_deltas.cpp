#include "actors/flight_recorder/blame_by_deltas.hpp"

#include "messages/time.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_doers = 8;

enum class measure : std::uint8_t { cpu, bytes, memory };

std::optional<measure> measure_of(const pause_event& event) {
  if (is_beyond_processes(event))
    return std::nullopt;
  switch (event.cause) {
    case pause_cause::cpu_wait:
    case pause_cause::kernel:
      return measure::cpu;
    case pause_cause::io:
      return measure::bytes;
    case pause_cause::memory:
      return measure::memory;
    default:
      return std::nullopt;
  }
}

nanoseconds harm_of(const pause_event& event) {
  return event.stall ? event.duration : event.book[event.cause].length;
}

/// @returns how many bytes a process moved within a window of seconds.
double moved(const process_sample& x, double window) {
  return (x.io_read.value_or(0) + x.io_write.value_or(0)) * window;
}

/// @returns how much of it a process used across the event: CPU seconds, or bytes.
double used_by(const process_sample& x, measure what, const event_view& seen, const pause_event& event) {
  const auto window = to_seconds(seen.across->processes_window);
  switch (what) {
    case measure::cpu:
      return cpu_meanwhile(x, seen, event) / 100 * window;
    case measure::bytes:
      return moved(x, window);
    case measure::memory:
      return memory_gained(x, seen);
  }
  return 0;
}

/// What the processes of one name used together.
struct usage {
  double amount = 0;
  const process_sample* process = nullptr; ///< The first of them.
  std::uint32_t processes = 1;
};

/// What is charged, and how well it is known.
struct charges {
  std::vector<usage> used;
  nanoseconds window{}; ///< In which it was used.
  bool is_guess = false;
};

bool has_grown(const memory_holder& x, const memory_shortage& shortage, const culprit_policy& policy) {
  return x.gained && *x.gained >= policy.least_memory_growth * shortage.total;
}

/// Charges those that made memory scarce with what they gained since it was ample; where none is known to have gained
/// any, those that hold it with what they hold.
/// @param processes of that shortage.
charges charge_shortage(const memory_shortage& shortage, const std::vector<process_sample>& processes,
                        const culprit_policy& policy) {
  const auto& holders = shortage.holders;
  charges result;
  result.window = shortage.seen_until - shortage.grew_since;
  result.is_guess = std::none_of(holders.begin(), holders.end(), [&](const memory_holder& x) {
    return has_grown(x, shortage, policy);
  });
  for (std::size_t i = 0; i < holders.size(); ++i)
    if (result.is_guess || has_grown(holders[i], shortage, policy))
      result.used.push_back({result.is_guess ? holders[i].held() : *holders[i].gained, &processes[i]});
  return result;
}

/// Charges those that were watched across the event, and of bytes those at its begin as well.
charges charge_usage(const pause_event& event, measure what, const event_view& seen) {
  charges result;
  result.window = seen.across->processes_window;
  auto& used = result.used;
  for (const auto& x : seen.across->processes)
    used.push_back({used_by(x, what, seen, event), &x});
  if (what != measure::bytes || seen.at_begin == nullptr)
    return result;
  for (const auto& x : seen.at_begin->processes) {
    const auto same = std::find_if(used.begin(), used.end(),
                                   [&x](const usage& y) { return is_same_process(x, *y.process); });
    const auto amount = moved(x, to_seconds(seen.at_begin->processes_window));
    if (same != used.end())
      same->amount += amount;
    else
      used.push_back({amount, &x});
  }
  return result;
}

/// @returns those of one name as one, those that used most first.
std::vector<usage> joined(const std::vector<usage>& used) {
  std::vector<usage> result;
  for (const auto& x : used) {
    const auto same = std::find_if(result.begin(), result.end(), [&x](const usage& y) {
      return x.process->pid > 0 && y.process->pid > 0 && !x.process->name.empty() && x.process->name == y.process->name;
    });
    if (same == result.end()) {
      result.push_back(x);
      continue;
    }
    same->amount += x.amount;
    same->processes += x.processes;
  }
  std::stable_sort(result.begin(), result.end(), [](const usage& a, const usage& b) { return a.amount > b.amount; });
  return result;
}

} // namespace

std::optional<blame_facts> blame_by_deltas(const pause_event& event, const event_view& seen,
                                           const culprit_policy& policy) {
  const auto what = measure_of(event);
  const auto* shortage = what == measure::memory ? seen.shortage : nullptr;
  if (!what || (seen.across == nullptr && shortage == nullptr) || harm_of(event) <= nanoseconds{})
    return std::nullopt;
  if (*what == measure::bytes && seen.disk_rate && *seen.disk_rate < policy.least_disk_rate)
    return std::nullopt; // the disks stood still: traffic is no reason
  blame_facts result;
  const auto holders = shortage != nullptr ? holders_as_processes(*shortage) : std::vector<process_sample>{};
  auto [used, window, is_guess]
    = shortage != nullptr ? charge_shortage(*shortage, holders, policy) : charge_usage(event, *what, seen);
  // Of a window that is mostly other time, what was used in it says little.
  result.source = window <= 2 * event.duration && !is_guess ? blame_source::deltas : blame_source::weak;
  result.harm = harm_of(event);
  result.victim = event.stall ? "ordinary programs" : "pmactor's beat";
  result.resource = event.stall                ? in_words(event.stall->resource, event.stall->name)
                    : *what == measure::cpu    ? "the CPUs"
                    : *what == measure::memory ? "memory"
                                               : "the disks";
  std::erase_if(used, [](const usage& x) { return x.amount <= 0; });
  double total = 0;
  for (const auto& x : used)
    total += x.amount;
  if (*what == measure::cpu) // what was left idle was there for the victim
    total = std::max(total, seen.across->system.cores * to_seconds(window));
  if (total <= 0)
    return std::nullopt;
  nanoseconds sum{};
  for (const auto& [amount, process, processes] : joined(used)) {
    const nanoseconds share{std::llround(static_cast<double>(result.harm.count()) * amount / total)};
    const auto held = std::min(share, result.harm - sum);
    sum += held;
    if (result.doers.size() == most_doers || held <= nanoseconds{}) {
      result.others += held;
      result.other_processes += processes;
      continue;
    }
    auto& x = result.doers.emplace_back();
    x.held = held;
    x.name = process->name;
    x.processes = processes;
    if (process->pid <= 0) {
      x.name = "processes that have ended";
    } else if (processes == 1) {
      x.pid = process->pid;
      x.start_time = process->start_time;
    }
    if (*what != measure::cpu)
      x.bytes = amount;
  }
  result.uncharged = result.harm - sum;
  return result;
}

} // namespace pmactor
