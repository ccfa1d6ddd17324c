#include "bench/simulated_host.hpp"

#include "actors/storage_writer/lay_out_row.hpp"
#include "messages/pause.hpp"
#include "messages/stall.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pmactor::simulation {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t machines_a_rack = 40;
constexpr std::uint64_t stored_every = 5; ///< Seconds, where the machine is calm.
constexpr nanoseconds least_pause = 200ms, least_stall = 1s;

std::string hexadecimal(std::uint64_t x) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(x));
  return digits.data();
}

void count(lateness_report& report, nanoseconds late, std::uint64_t times = 1) {
  const auto& edges = lateness_counts::edges;
  const auto edge = std::lower_bound(edges.begin(), edges.end(), late);
  report.counts[static_cast<std::size_t>(edge - edges.begin())] += times;
  report.sum += late * times;
}

} // namespace

simulated_host::simulated_host(std::size_t number, const std::vector<std::string>& actors, nanoseconds born,
                               nanoseconds life)
  : born_(born), plan_(make_plan(number + 1, life / calm)), dice_{number + 1, 90},
    weather_(number + 1), baseline_(start_learning(policy_.stress.baseline)) {
  known_.version = PMACTOR_VERSION;
  const auto id = hexadecimal(dice_.next());
  known_.host = {"host-" + std::to_string(number), id + hexadecimal(dice_.next()),
                 id.substr(0, 8) + "-0000-4000-8000-" + id.substr(4)};
  known_.labels = {{"rack", 'r' + std::to_string(number / machines_a_rack)}};
  auto& report = known_.health.report.emplace();
  report.phase = daemon_phase::running;
  report.started_wall = born_;
  for (const auto& name : actors) {
    auto& x = report.actors.emplace_back();
    x.name = name;
    x.phase = actor_phase::running;
  }
  auto& process = known_.health.facts.emplace();
  process.memory = 9e6 + 2e6 * dice_.share();
  known_.health.children.emplace_back().memory = 4.6e6;
  known_.health.verdict.state = health_state::healthy;
}

actor_report& simulated_host::actor(const std::string& name) {
  auto& all = known_.health.report->actors;
  const auto found = std::find_if(all.begin(), all.end(), [&name](const actor_report& x) { return x.name == name; });
  return found == all.end() ? all.front() : *found;
}

void simulated_host::add_event(const char* kind, nanoseconds length, std::string cause, std::string scope,
                               std::string detail) {
  tallied_event x;
  x.id = ++last_event_;
  x.event_id = wall().count();
  x.kind = kind;
  x.cause = std::move(cause);
  x.scope = std::move(scope);
  x.detail = std::move(detail);
  x.started = to_seconds(wall());
  x.ended = to_seconds(wall() + length);
  x.duration = to_seconds(length);
  events_.push_back(std::move(x));
}

void simulated_host::suffer(const fault& x) {
  auto& report = *known_.health.report;
  auto& any_actor = report.actors[x.detail % report.actors.size()];
  switch (x.kind) {
    case fault_kind::freeze:
      count(actor("pause-detector").beats_late, x.length);
      if (x.whole_system)
        count(actor("pause-detector").windows_late, x.length);
      latency_ = to_seconds(x.length) / 0.1;
      if (x.length >= least_pause)
        add_event("pause", x.length, to_string(x.cause), x.whole_system ? "system" : "daemon_only");
      break;
    case fault_kind::late_beat:
      count(actor("pause-detector").beats_late, x.length);
      latency_ = to_seconds(x.length) / 0.1;
      break;
    case fault_kind::sleep:
    case fault_kind::dark_wake:
      add_event("sleep", x.length);
      break;
    case fault_kind::clock_step:
      add_event("clock", 0s);
      break;
    case fault_kind::crisis:
      weather_.begin(x, age_);
      add_event("critical", x.length);
      break;
    case fault_kind::load:
    case fault_kind::memory:
    case fault_kind::io:
    case fault_kind::thermal:
      weather_.begin(x, age_);
      break;
    case fault_kind::stall:
      if (x.length >= least_stall)
        add_event("stall", x.length, {}, {}, to_string(static_cast<stall_resource>(x.detail % stall_resources)));
      break;
    case fault_kind::kill:
      add_event("outage", x.length, {}, {}, "killed");
      report.started_wall = wall() + x.length;
      break;
    case fault_kind::child_exit:
    case fault_kind::child_torn:
    case fault_kind::child_hang:
      ++actor("powermetrics-reader").errors;
      break;
    case fault_kind::disk_busy:
    case fault_kind::disk_full:
    case fault_kind::disk_io:
    case fault_kind::disk_denied:
      ++actor("storage-writer").errors;
      break;
    case fault_kind::crash:
    case fault_kind::send_fails:
      ++any_actor.restarts;
      break;
    case fault_kind::crash_storm:
      for (std::uint32_t i = 0; i < x.detail; ++i)
        ++report.actors[dice_.below(report.actors.size())].restarts;
      break;
    case fault_kind::actor_hangs:
      ++any_actor.hangs;
      break;
    default: // its metrics show nothing of it
      break;
  }
}

void simulated_host::count_beats(std::uint64_t seconds) {
  auto& x = actor("pause-detector");
  const auto late = dice_.between(20us, 400us);
  count(x.beats_late, late, 10 * seconds - 1);
  count(x.beats_late, dice_.of_any_scale(100us, 8ms));
  count(x.windows_late, dice_.between(0us, 3ms), seconds);
}

void simulated_host::take_sample(nanoseconds step) {
  system_counters now;
  now.at = {age_, age_, wall()};
  weather_.fill(now, age_);
  join_context context;
  context.latency_ratio = std::exchange(latency_, {});
  context.baseline = baseline_;
  const auto sample = join_sample(compute_rates(counters_ ? &*counters_ : nullptr, now, ++ticks_, step), context, policy_);
  if (const auto rate = io_rate(sample.system))
    baseline_ = learn_rate(baseline_, *rate, policy_.stress.baseline);
  counters_ = std::move(now);
  if (ticks_ % stored_every == 1)
    known_.newest = lay_out_row(sample);
}

void simulated_host::live(nanoseconds age, nanoseconds step) {
  auto& report = *known_.health.report;
  const auto seconds = static_cast<std::uint64_t>(step / 1s);
  while (age_ + step <= age) {
    age_ += step;
    for (; next_fault_ < plan_.size() && plan_[next_fault_].at * calm <= age_; ++next_fault_)
      suffer(plan_[next_fault_]);
    count_beats(seconds);
    take_sample(step);
    report.samples_taken += seconds;
    report.samples_stored += (ticks_ % stored_every == 1 ? 1 : 0) * seconds;
    report.samples_discarded = report.samples_taken - report.samples_stored;
    report.pulse_wall = wall();
    for (std::size_t i = 0; i < report.actors.size(); ++i)
      report.actors[i].handled += seconds * (i % 4) + dice_.below(2);
    known_.health.facts->cpu += dice_.between(1200us, 1800us) * seconds;
    known_.health.children.front().cpu += dice_.between(800us, 1200us) * seconds;
  }
}

std::string simulated_host::metrics(exposition_format format) {
  known_.health.now_wall = wall();
  known_.events = counter_.take(events_, to_seconds(wall()));
  std::erase_if(events_, [this](const tallied_event& x) { return x.id <= counter_.settled_through(); });
  return compose_metrics(known_, format);
}

} // namespace pmactor::simulation
