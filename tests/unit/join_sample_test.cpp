#define CAF_SUITE join_sample

#include "actors/stress_scorer/join_sample.hpp"

#include "support/test.hpp"

#include <cmath>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const stress_scorer_policy policy;

task_sample task(std::int64_t pid, std::string name, double cpu, std::optional<double> written = {}) {
  task_sample x;
  x.pid = pid;
  x.name = std::move(name);
  x.started = 1000.0 + static_cast<double>(pid);
  x.cpu_pct = cpu;
  x.io_write = written;
  return x;
}

power_sample power() {
  power_sample x;
  x.elapsed = 1s;
  x.cpu_pct = 33;
  x.disk_read = 1e6;
  x.disk_write = 2e6;
  x.net_sent = 3;
  x.net_recv = 4;
  x.cpu_temp_c = 71;
  x.cpu_freq_mhz = 2400;
  x.gpu_pct = 5;
  x.throttled = true;
  x.tasks = {task(1, "init", 1), task(2, "make", 250)};
  return x;
}

system_sample system_only() {
  system_sample x;
  x.tick = 9;
  x.interval = 1s;
  x.load1 = 8;
  x.cores = 4;
  x.mem_available = 4e9;
  x.mem_total = 8e9;
  return x;
}

join_context with(const power_sample& x, std::chrono::nanoseconds age = 500ms) {
  return {&x, age, lived_interval(x, {}, policy.join), {}, {}, {2e6, 2e6, 1000, 0}};
}

std::vector<std::int64_t> pids(const std::vector<process_sample>& x) {
  std::vector<std::int64_t> result;
  for (const auto& process : x)
    result.push_back(process.pid);
  return result;
}

using numbers = std::vector<std::int64_t>;

} // namespace

CAF_TEST(the newest power sample joins the second) {
  const auto p = power();
  const auto x = join_sample(system_only(), with(p), policy);
  CAF_CHECK_EQUAL(x.system.tick, 9u);
  CAF_CHECK_EQUAL(x.cpu_temp_c.value(), 71.0);
  CAF_CHECK_EQUAL(x.cpu_freq_mhz.value(), 2400.0);
  CAF_CHECK_EQUAL(x.gpu_pct.value(), 5.0);
  CAF_CHECK_EQUAL(x.throttled.value(), true);
  CAF_CHECK_EQUAL(pids(x.processes), (numbers{2, 1}));
  CAF_CHECK_EQUAL(x.stress, (stress_score{20, 0, 20, {}, 0}));
}

CAF_TEST(the counters of the machine come before those of the power sample) {
  auto own = system_only();
  own.cpu_pct = 50;
  own.io_read = 0;
  const auto p = power();
  const auto x = join_sample(own, with(p), policy);
  CAF_CHECK_EQUAL(x.system.cpu_pct.value(), 50.0);
  CAF_CHECK_EQUAL(x.system.io_read.value(), 0.0);
  CAF_CHECK_EQUAL(x.system.io_write.value(), 2e6);
  CAF_CHECK_EQUAL(x.system.net_recv.value(), 4.0);
}

CAF_TEST(disk traffic is scored wherever it comes from) {
  auto p = power();
  p.disk_write = 101e6;
  CAF_CHECK(join_sample(system_only(), with(p), policy).stress.io == 20.0);
  auto own = system_only();
  own.io_read = own.io_write = 0;
  CAF_CHECK(join_sample(own, with(p), policy).stress.io == 0.0);
}

CAF_TEST(disk traffic is scored if tasks wait for it or requests are late) {
  auto own = system_only();
  own.io_write = 300e6;
  join_context context;
  context.baseline = {2e6, 2e6, 1000, 0};
  CAF_CHECK(join_sample(own, context, policy).stress.io == 20.0); // neither is counted
  own.psi_io_some = 0.3;
  CAF_CHECK(join_sample(own, context, policy).stress.io == 0.0);
  context.late.note(late_part::disk, 400ms);
  CAF_CHECK(join_sample(own, context, policy).stress.io == 20.0);
  context.late = {};
  own.psi_io_some = 40;
  CAF_CHECK(join_sample(own, context, policy).stress.io == 20.0);
}

CAF_TEST(without a power sample its fields are absent and the rest is there) {
  const auto x = join_sample(system_only(), {}, policy);
  CAF_CHECK(!x.system.cpu_pct && !x.system.io_read && !x.cpu_temp_c && !x.throttled);
  CAF_CHECK(x.processes.empty());
  CAF_CHECK_EQUAL(x.stress, (stress_score{20, 0, {}, {}, {}}));
}

CAF_TEST(the thermal pressure that every user can read stands in for that of the sampler) {
  auto system = system_only();
  CAF_CHECK(!join_sample(system, {}, policy).throttled);
  system.pressure = thermal_pressure::moderate;
  CAF_CHECK(join_sample(system, {}, policy).throttled == true);
  CAF_CHECK(join_sample(system, {}, policy).stress.thermal == policy.stress.thermal_points);
  system.pressure = thermal_pressure::nominal;
  CAF_CHECK(join_sample(system, {}, policy).throttled == false);
  CAF_CHECK(join_sample(system, {}, policy).stress.thermal == 0.);
  // The sampler knows of PROCHOT as well.
  auto p = power();
  p.throttled = true;
  CAF_CHECK(join_sample(system, with(p, 0s), policy).throttled == true);
}

CAF_TEST(a power sample is stale after three of its own intervals) {
  auto p = power();
  const auto is_stale_at = [&p](std::chrono::nanoseconds age) {
    return is_stale(age, lived_interval(p, {}, policy.join), policy.join);
  };
  CAF_CHECK(!is_stale_at(3s));
  CAF_CHECK(is_stale_at(3001ms));
  p.elapsed = 5s;
  CAF_CHECK(!is_stale_at(15s));
  CAF_CHECK(is_stale_at(15001ms));
  p.elapsed = 0s; // as said by a damaged document
  CAF_CHECK(!is_stale_at(3s));
  CAF_CHECK(!join_sample(system_only(), with(p, 4s), policy).throttled);
}

CAF_TEST(a power sample that a sleep made long is not kept for long) {
  auto p = power();
  p.elapsed = 309s;
  CAF_CHECK(lived_interval(p, 2s, policy.join) == 3s);
  p.elapsed = 1s;
  CAF_CHECK(lived_interval(p, 2s, policy.join) == 1s);
  CAF_CHECK(lived_interval(p, 0s, policy.join) == 1s); // two that waited for us
  p.elapsed = 5s; // slow, not interrupted
  CAF_CHECK(lived_interval(p, 4s, policy.join) == 5s);
}

CAF_TEST(what processes did is taken over the time awake as a sleep is in their window) {
  auto earlier = power(), later = power();
  later.elapsed = 49s;
  later.asleep = 40s;
  later.tasks = {task(2, "make", 50, 1e6)};
  const auto both = join_windows(earlier, later);
  CAF_CHECK(both.asleep == 40s);
  auto x = join_sample(system_only(), with(later), policy);
  CAF_CHECK(x.processes_window == 9s);
  CAF_CHECK_EQUAL(std::round(x.processes[0].cpu_pct.value() * 9), 50.0 * 49);
  CAF_CHECK_EQUAL(std::round(x.processes[0].io_write.value() * 9), 49e6);
  x = join_sample(system_only(), with(both), policy);
  CAF_CHECK(x.processes_window == 10s);
  CAF_CHECK_EQUAL(std::round(x.processes[0].cpu_pct.value() * 10), 50.0 * 49 + 250);
}

CAF_TEST(a late beat scores) {
  join_context context;
  context.latency_ratio = 2;
  CAF_CHECK(join_sample(system_only(), context, policy).stress.latency == 20.0);
}

CAF_TEST(the busiest processes by CPU and by traffic are kept once each) {
  power_sample p;
  for (int i = 1; i <= 30; ++i)
    p.tasks.push_back(task(i, "worker", i));
  p.tasks[29].io_write = 9e6; // pid 30 leads both lists
  for (int i = 0; i < 8; ++i)
    p.tasks[static_cast<std::size_t>(i)].io_read = 1e6 + i;
  const auto x = rank_processes(p, policy.suspects, policy.join);
  CAF_CHECK_EQUAL(pids(x), (numbers{30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 8, 7, 6, 5}));
}

CAF_TEST(suspects are kept however quiet and marked however busy) {
  power_sample p;
  for (int i = 1; i <= 12; ++i)
    p.tasks.push_back(task(i, "worker", 100 - i));
  p.tasks.push_back(task(50, "kswapd0", 0));
  p.tasks.push_back(task(51, "idler", 0));
  p.tasks.push_back(task(52, "MDS_stores", 99.5));
  const auto x = rank_processes(p, policy.suspects, policy.join);
  CAF_CHECK_EQUAL(pids(x), (numbers{52, 1, 2, 3, 4, 5, 6, 7, 8, 9, 50}));
  CAF_CHECK(x.front().is_suspect);
  CAF_CHECK(!x[1].is_suspect);
  CAF_CHECK(x.back().is_suspect);
}

CAF_TEST(a process that is stuck in the kernel is kept however quiet and some only) {
  power_sample p;
  for (int i = 1; i <= 12; ++i)
    p.tasks.push_back(task(i, "worker", 100 - i));
  for (int i = 20; i <= 30; ++i) {
    p.tasks.push_back(task(i, "stuck", 0));
    p.tasks.back().state = 'D';
    p.tasks.back().waits_in = "io_schedule";
  }
  const auto x = rank_processes(p, policy.suspects, policy.join);
  CAF_CHECK_EQUAL(pids(x), (numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 21, 22, 23, 24}));
  CAF_CHECK_EQUAL(x.back().waits_in, "io_schedule");
}

CAF_TEST(the number of suspects is bounded) {
  power_sample p;
  for (int i = 1; i <= 500; ++i)
    p.tasks.push_back(task(i, "rsync", 0));
  CAF_CHECK_EQUAL(rank_processes(p, policy.suspects, policy.join).size(), policy.join.suspects);
}

CAF_TEST(a process that is listed twice is one and a reused pid is another) {
  power_sample p;
  p.tasks = {task(7, "a", 5), task(7, "a", 4), task(7, "b", 3)};
  p.tasks[2].started = 99;
  const auto x = rank_processes(p, policy.suspects, policy.join);
  CAF_REQUIRE_EQUAL(x.size(), 2u);
  CAF_CHECK_EQUAL(x[0].cpu_pct.value(), 5.0);
  CAF_CHECK_EQUAL(x[1].name, "b");
}

CAF_TEST(what is unknown of a process stays absent) {
  power_sample p;
  p.tasks = {task(7, "a", 5)};
  p.tasks[0].started.reset();
  const auto x = rank_processes(p, policy.suspects, policy.join);
  CAF_CHECK(!x[0].start_time && !x[0].io_read && !x[0].mem_bytes && !x[0].state);
}

CAF_TEST(two windows become one in which each did what it did in both) {
  auto earlier = power();
  earlier.elapsed = 3s;
  earlier.tasks = {task(1, "init", 100, 8e6), task(7, "spin", 200), task(-1, "DEAD_TASKS", 40)};
  earlier.tasks[0].state = 'S';
  auto later = power();
  later.cpu_temp_c = 80;
  later.tasks = {task(1, "init", 20), task(3, "new", 60)};
  later.tasks[0].state = 'D';
  const auto both = join_windows(earlier, later);
  CAF_CHECK(both.elapsed == 4s);
  CAF_CHECK_EQUAL(both.cpu_temp_c.value(), 80.0);
  std::vector<std::int64_t> order;
  std::vector<double> cpu;
  for (const auto& x : both.tasks)
    order.push_back(x.pid), cpu.push_back(x.cpu_pct.value_or(-1));
  CAF_CHECK_EQUAL(order, (std::vector<std::int64_t>{7, 1, -1, 3}));
  CAF_CHECK_EQUAL(cpu, (std::vector<double>{150, 80, 30, 15}));
  CAF_CHECK_EQUAL(both.tasks[1].io_write.value(), 6e6);
  CAF_CHECK(!both.tasks[0].io_write); // absent in both is absent
  CAF_CHECK(both.tasks[1].state == 'D');
}
