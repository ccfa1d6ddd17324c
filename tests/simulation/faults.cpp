#include "simulation/faults.hpp"

#include "messages/words.hpp"
#include "simulation/dice.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::array<std::string_view, fault_kinds> names{
  "freeze",      "sleep",       "dark-wake",     "clock-step",   "vm-restore",   "late-beat",
  "pool-stall",  "load",        "memory",        "io",           "thermal",      "crisis",
  "child-exit",  "child-hang",  "child-torn",    "child-garbage", "child-huge",  "child-flood",
  "child-noise", "child-late",  "child-reuses",  "child-refuses", "disk-busy",   "disk-full",
  "disk-io",     "disk-denied", "disk-odd",      "disk-slow",    "disk-corrupt", "crash",
  "crash-storm", "blind",       "stop",          "kill",         "reload",        "actor-hangs",
  "sink-fails",  "send-fails",  "store-fails", "stall"};

/// How often one kind comes beside the others.
constexpr std::array<unsigned, static_cast<std::size_t>(fault_kind::reload)> weights{
  30, 6, 3, 5, 2, 12, 3, // the host
  5, 3, 6, 3, 4,         // the weather
  3, 3, 2, 3, 1, 2, 2, 4, 2, 2, // the child
  3, 2, 2, 1, 1, 2, 1,   // the disk
  16, 1, 1, 3, 4};       // the daemon

/// Causes that a freeze may have; `asleep` is a fault of its own.
constexpr std::array causes{pause_cause::stopped, pause_cause::frozen,  pause_cause::cpu_wait,
                            pause_cause::quota,   pause_cause::io,      pause_cause::memory,
                            pause_cause::stolen,  pause_cause::own_work, pause_cause::unexplained};

void choose_freeze(fault& x, dice& d) {
  x.cause = causes[d.below(causes.size())];
  // Who stops, freezes or limits one process leaves the others alone; a starved machine starves all.
  switch (x.cause) {
    case pause_cause::stopped:
    case pause_cause::own_work:
      x.whole_system = false;
      break;
    case pause_cause::stolen:
      x.whole_system = true;
      break;
    default:
      x.whole_system = d.one_in(2);
  }
}

fault draw(fault_kind kind, dice& d) {
  fault x;
  x.kind = kind;
  switch (kind) {
    case fault_kind::freeze:
      x.length = d.of_any_scale(100ms, 90s);
      choose_freeze(x, d);
      break;
    case fault_kind::sleep:
      x.length = d.of_any_scale(2s, 20min);
      x.amount = d.one_in(4) ? 1.2 + 4 * d.share() : 0.9 * d.share();
      choose_freeze(x, d);
      break;
    case fault_kind::dark_wake:
      x.length = d.of_any_scale(5s, 15min);
      x.detail = 2 + static_cast<std::uint32_t>(d.below(4));
      break;
    case fault_kind::clock_step:
      x.amount = (d.one_in(2) ? -1 : 1) * to_seconds(d.of_any_scale(150ms, 3h));
      break;
    case fault_kind::vm_restore:
      x.length = d.of_any_scale(1s, 24h);
      break;
    case fault_kind::late_beat:
      x.length = d.between(20ms, 195ms);
      break;
    case fault_kind::pool_stall:
      x.length = d.of_any_scale(300ms, 8s);
      break;
    case fault_kind::load:
      x.amount = 1 + 4 * d.share(); // a core
      x.length = d.of_any_scale(5s, 10min);
      break;
    case fault_kind::memory:
      x.amount = 0.01 + 0.15 * d.share(); // available
      x.length = d.of_any_scale(5s, 10min);
      break;
    case fault_kind::io:
      x.amount = 40e6 + 400e6 * d.share(); // bytes a second
      x.length = d.of_any_scale(5s, 5min);
      break;
    case fault_kind::thermal:
      x.length = d.of_any_scale(5s, 10min);
      break;
    case fault_kind::crisis:
      x.length = d.of_any_scale(10s, 5min);
      break;
    case fault_kind::child_hang:
      x.length = d.of_any_scale(1s, 5min);
      break;
    case fault_kind::child_garbage:
      x.detail = 1 + static_cast<std::uint32_t>(d.below(8));
      break;
    case fault_kind::child_huge:
      x.detail = 100 + static_cast<std::uint32_t>(d.below(9000));
      break;
    case fault_kind::child_flood:
      x.detail = 2 + static_cast<std::uint32_t>(d.below(40));
      break;
    case fault_kind::child_noise:
      x.detail = 1 + static_cast<std::uint32_t>(d.below(100));
      break;
    case fault_kind::child_late:
      x.length = d.between(50ms, 1500ms);
      break;
    case fault_kind::child_refuses:
      x.length = d.of_any_scale(1s, 3min);
      break;
    case fault_kind::disk_busy:
    case fault_kind::disk_full:
    case fault_kind::disk_io:
    case fault_kind::disk_denied:
      x.length = d.of_any_scale(200ms, 15min);
      break;
    case fault_kind::disk_odd:
      x.length = d.of_any_scale(100ms, 500ms);
      break;
    case fault_kind::disk_slow:
      x.length = d.of_any_scale(2s, 5min);
      x.amount = 0.02 + 2 * d.share();
      break;
    case fault_kind::crash:
      x.detail = static_cast<std::uint32_t>(d.below(1u << 16));
      break;
    case fault_kind::crash_storm:
      x.detail = 3 + static_cast<std::uint32_t>(d.below(20));
      x.length = d.of_any_scale(100ms, 90s);
      break;
    case fault_kind::blind:
      x.length = d.of_any_scale(100ms, 4s);
      break;
    case fault_kind::stop:
    case fault_kind::kill:
      x.length = d.of_any_scale(100ms, 2min);
      break;
    case fault_kind::actor_hangs:
      x.detail = static_cast<std::uint32_t>(d.below(1u << 16));
      x.length = d.one_in(5) ? d.between(10s, 40s) : d.of_any_scale(100ms, 5s);
      break;
    case fault_kind::sink_fails:
      x.length = d.of_any_scale(10s, 15min);
      break;
    case fault_kind::send_fails:
      x.detail = static_cast<std::uint32_t>(d.below(1u << 16));
      break;
    case fault_kind::stall:
      x.detail = static_cast<std::uint32_t>(d.below(1u << 16));
      x.length = d.of_any_scale(200ms, 2min);
      x.amount = 0.2 * d.share();
      break;
    case fault_kind::store_fails:
    case fault_kind::reload:
    case fault_kind::child_exit:
    case fault_kind::child_torn:
    case fault_kind::child_reuses:
    case fault_kind::disk_corrupt:
      break;
  }
  return x;
}

/// Chance of their own decides about these, each by itself, and their numbers come last.
void add_later_kinds(plan& result, std::uint64_t seed, nanoseconds length) {
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i].number = i;
  for (auto kind = static_cast<std::size_t>(fault_kind::reload); kind < fault_kinds; ++kind) {
    dice d{seed, 50 + kind};
    if (d.one_in(3))
      continue;
    const auto usual = d.of_any_scale(3min, 1h);
    for (auto at = d.between(0s, 2 * usual); at < length; at += d.between(nanoseconds{1}, 2 * usual)) {
      const auto number = result.size();
      auto& x = result.emplace_back(draw(static_cast<fault_kind>(kind), d));
      x.number = number;
      x.at = at;
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const fault& a, const fault& b) { return a.at < b.at; });
}

} // namespace

plan make_plan(std::uint64_t seed, nanoseconds length) {
  dice d{seed, 1};
  // Some seeds are quiet, some are wild; and each has its own taste in faults, so that the rare
  // combination is common somewhere.
  const auto usual = d.of_any_scale(15s, 10min);
  auto taste = weights;
  if (d.one_in(2))
    for (auto& x : taste)
      if (d.one_in(2))
        x = 0;
  taste[0] += 1;
  unsigned all = 0;
  for (const auto x : taste)
    all += x;
  plan result;
  for (auto at = d.between(0s, 2 * usual); at < length; at += d.between(nanoseconds{1}, 2 * usual)) {
    auto number = d.below(all);
    std::size_t kind = 0;
    while (number >= taste[kind])
      number -= taste[kind++];
    auto& x = result.emplace_back(draw(static_cast<fault_kind>(kind), d));
    x.at = at;
  }
  add_later_kinds(result, seed, length);
  return result;
}

plan without(plan x, const std::vector<fault_kind>& kinds) {
  std::erase_if(x, [&kinds](const fault& one) {
    return std::find(kinds.begin(), kinds.end(), one.kind) != kinds.end();
  });
  return x;
}

std::vector<fault_kind> parse_fault_kinds(const std::string& text) {
  std::vector<fault_kind> result;
  std::istringstream words{text};
  for (std::string word; std::getline(words, word, ',');) {
    const auto i = std::find(names.begin(), names.end(), word);
    if (i == names.end())
      throw std::invalid_argument("no kind of fault is called \"" + word + '"');
    result.push_back(static_cast<fault_kind>(i - names.begin()));
  }
  return result;
}

std::string_view to_string(fault_kind x) {
  return names[static_cast<std::size_t>(x)];
}

std::string to_string(const fault& x) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(x.at).count();
  char time[40];
  std::snprintf(time, sizeof time, "%02lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / 3'600'000),
                static_cast<long long>(ms / 60'000 % 60), static_cast<long long>(ms / 1000 % 60),
                static_cast<long long>(ms % 1000));
  auto result = std::string{time} + "  " + std::string{to_string(x.kind)};
  if (x.length > nanoseconds::zero())
    result += " " + spelled(x.length);
  if (x.amount != 0)
    result += " amount " + std::to_string(x.amount);
  if (x.detail != 0)
    result += " detail " + std::to_string(x.detail);
  if (x.kind == fault_kind::freeze || x.kind == fault_kind::sleep)
    result += " (" + pmactor::to_string(x.cause) + (x.whole_system ? ", whole system)" : ", daemon only)");
  return result;
}

} // namespace pmactor::simulation
