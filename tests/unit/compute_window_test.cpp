#define CAF_SUITE compute_window

#include "app/sampler/compute_window.hpp"

#include "actors/host/ask_size.hpp"

#include <algorithm>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

process_reading process(std::int64_t pid, std::uint64_t started, std::uint64_t user,
                        std::uint64_t system) {
  process_reading x;
  x.pid = pid;
  x.started_ticks = started;
  x.name = "p" + std::to_string(pid);
  x.state = 'S';
  x.user_ticks = user;
  x.system_ticks = system;
  return x;
}

cpu_reading cpu(std::uint32_t number, std::uint64_t user, std::uint64_t idle) {
  cpu_reading x;
  x.cpu = number;
  x.user = user;
  x.idle = idle;
  return x;
}

struct fixture {
  host_snapshot last, now;
  host_facts facts;
  window_policy policy;
  sample_window result;

  fixture() { // a window of one second, a hundred seconds after the start
    last.at = {100s, 100s, 5000s};
    now.at = {101s, 101s, 5001s};
  }
  const sample_window& compute() {
    for (auto& x : last.processes)
      x.at = last.at.total;
    for (auto& x : now.processes)
      x.at = now.at.total;
    return compute_as_read();
  }
  const sample_window& compute_as_read() {
    compute_window(last, now, facts, policy, result);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(compute_window_tests, fixture)

CAF_TEST(a process that ran is listed with the time that it used) {
  last.processes = {process(1, 50, 10, 10), process(7, 60, 100, 100)};
  now.processes = {process(1, 50, 10, 10), process(7, 60, 130, 110)};
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  const auto& x = result.tasks[0];
  CAF_CHECK_EQUAL(x.process->pid, 7);
  CAF_CHECK(x.cpu == 400ms);
  CAF_CHECK(x.interval == 1s);
  CAF_CHECK(x.user_ratio == 0.75);
  CAF_CHECK(result.all_tasks.cpu == 400ms);
  CAF_CHECK(!result.dead_tasks);
}

CAF_TEST(what was stopped or waits for a device is listed although it did nothing) {
  facts.reader = 7;
  last.processes.push_back(process(7, 50, 10, 10));
  now.processes.push_back(process(7, 50, 10, 10));
  for (const char state : {'S', 'D', 'T', 't'}) {
    last.processes.push_back(process(10 + state, 50, 10, 10));
    now.processes.push_back(process(10 + state, 50, 10, 10));
    now.processes.back().state = state;
  }
  std::sort(last.processes.begin(), last.processes.end(), [](auto& a, auto& b) { return a.pid < b.pid; });
  std::sort(now.processes.begin(), now.processes.end(), [](auto& a, auto& b) { return a.pid < b.pid; });
  compute();
  std::string listed;
  for (const auto& x : result.tasks)
    listed += x.process->state;
  CAF_CHECK_EQUAL(listed, "SDTt"); // the reader of the stream learns its own state
}

CAF_TEST(the busiest come first) {
  last.processes = {process(1, 50, 0, 0), process(2, 50, 0, 0), process(3, 50, 0, 0)};
  now.processes = {process(1, 50, 3, 0), process(2, 50, 9, 0), process(3, 50, 3, 0)};
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 3u);
  CAF_CHECK_EQUAL(result.tasks[0].process->pid, 2);
  CAF_CHECK_EQUAL(result.tasks[1].process->pid, 1);
  CAF_CHECK_EQUAL(result.tasks[2].process->pid, 3);
}

CAF_TEST(an exact clock beats ticks) {
  last.processes = {process(7, 60, 100, 100)};
  now.processes = {process(7, 60, 100, 101)};
  last.processes[0].run_ns = 2'000'000'000;
  now.processes[0].run_ns = 2'003'000'001;
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].cpu == 3000001ns);
}

CAF_TEST(ticks beat an exact clock that missed threads which came and went) {
  last.processes = {process(7, 60, 100, 100)};
  now.processes = {process(7, 60, 180, 100)};
  last.processes[0].run_ns = 2'000'000'000;
  now.processes[0].run_ns = 2'003'000'000;
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].cpu == 800ms);
}

CAF_TEST(a process that got its exact clock only now is judged by ticks) {
  last.processes = {process(7, 60, 100, 100)};
  now.processes = {process(7, 60, 102, 100)};
  now.processes[0].run_ns = 2'030'000'000;
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].cpu == 20ms);
}

CAF_TEST(a sleeper is judged by the time since it was last asked) {
  last.processes = {process(7, 60, 100, 100)};
  now.processes = {process(7, 60, 200, 100)};
  last.processes[0].at = 97s;
  now.processes[0].at = 101s;
  compute_as_read();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].interval == 4s);
  CAF_CHECK(result.tasks[0].cpu == 1s);
}

CAF_TEST(uninterruptible sleep is listed although it burns nothing) {
  last.processes = {process(7, 60, 1, 1)};
  now.processes = {process(7, 60, 1, 1)};
  now.processes[0].state = 'D';
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].cpu == 0ns);
}

CAF_TEST(our own question that waits for a file system is counted and not listed) {
  last.processes = {process(7, 60, 1, 1), process(8, 60, 1, 1)};
  now.processes = {process(7, 60, 1, 1), process(8, 60, 1, 2), process(9, 60, 1, 1)};
  now.processes[0].name = now.processes[1].name = asker_name;
  now.processes[0].state = 'D';
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK_EQUAL(result.tasks[0].process->pid, 8); // no name hides what a process does
  now.processes[1].state = 'D';
  compute();
  CAF_CHECK(result.tasks.empty());
  CAF_CHECK(result.all_tasks.cpu == 10ms);
}

CAF_TEST(a process born in the window has lived only part of it) {
  now.processes = {process(9, 10075, 20, 0)};
  now.processes[0].io = process_io{4096, 0};
  now.processes[0].major_faults = 3;
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  const auto& x = result.tasks[0];
  CAF_CHECK(x.interval == 250ms);
  CAF_CHECK(x.cpu == 200ms);
  CAF_CHECK(x.io == (process_io{4096, 0}));
  CAF_CHECK(x.pageins == 3u);
}

CAF_TEST(a start at the very end of the window divides by no zero) {
  now.processes = {process(9, 10100, 1, 0)};
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].interval > 0ns);
}

CAF_TEST(a process from the future has lived for the window at most) {
  now.processes = {process(7, 10'150, 10, 0)}; // half a second from now
  compute();
  CAF_CHECK(result.tasks.at(0).interval == 1s);
  CAF_CHECK(result.tasks.at(0).cpu == 100ms);
}

CAF_TEST(an old process that came into sight only now is not charged with its past) {
  now.processes = {process(9, 500, 7000, 0)};
  compute();
  CAF_CHECK(result.tasks.empty());
}

CAF_TEST(a pid used again is another process) {
  last.processes = {process(7, 60, 5000, 0)};
  now.processes = {process(7, 10050, 5010, 0)};
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].cpu == 50100ms); // all it has, not the difference to a stranger
  CAF_CHECK(result.tasks[0].interval == 500ms);
}

CAF_TEST(counters that go back count nothing) {
  last.processes = {process(7, 60, 100, 100)};
  now.processes = {process(7, 60, 90, 101)};
  last.processes[0].io = process_io{1000, 1000};
  now.processes[0].io = process_io{999, 2000};
  last.processes[0].major_faults = 5;
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 1u);
  CAF_CHECK(result.tasks[0].cpu == 10ms);
  CAF_CHECK(!result.tasks[0].io);
  CAF_CHECK(result.tasks[0].pageins == 0u);
}

CAF_TEST(io that may not be read is absent and so is a sum that would hold it) {
  last.processes = {process(1, 50, 0, 0), process(2, 50, 0, 0)};
  now.processes = {process(1, 50, 1, 0), process(2, 50, 1, 0)};
  last.processes[0].io = process_io{0, 0};
  now.processes[0].io = process_io{512, 0};
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 2u);
  CAF_CHECK(result.tasks[0].io == (process_io{512, 0}));
  CAF_CHECK(!result.tasks[1].io);
  CAF_CHECK(!result.all_tasks.io);
}

CAF_TEST(what the CPUs did beyond the living was done by the dead) {
  last.machine.cpus = {cpu(0, 0, 0), cpu(1, 0, 0)};
  now.machine.cpus = {cpu(0, 60, 40), cpu(1, 20, 80)};
  last.processes = {process(1, 50, 0, 0), process(2, 50, 0, 0)};
  now.processes = {process(1, 50, 30, 0)};
  compute();
  CAF_REQUIRE(result.dead_tasks);
  CAF_CHECK(result.dead_tasks->cpu == 500ms);
  CAF_CHECK(result.all_tasks.cpu == 800ms);
}

CAF_TEST(none is dead if none is missing) {
  last.machine.cpus = {cpu(0, 0, 0)};
  now.machine.cpus = {cpu(0, 60, 40)};
  last.machine.forks = now.machine.forks = 10;
  last.processes = {process(1, 50, 0, 0)};
  now.processes = {process(1, 50, 30, 0)};
  CAF_CHECK(!compute().dead_tasks);
  now.machine.forks = 11; // one was born that is not to be seen any more
  CAF_CHECK(compute().dead_tasks);
}

CAF_TEST(the dead burned nothing if the living account for all) {
  last.machine.cpus = {cpu(0, 0, 0)};
  now.machine.cpus = {cpu(0, 30, 70)};
  last.processes = {process(1, 50, 0, 0), process(2, 50, 0, 0)};
  now.processes = {process(1, 50, 30, 0)};
  CAF_CHECK(!compute().dead_tasks);
}

CAF_TEST(a storm of processes is cut to the busiest but the sum counts all) {
  policy.max_tasks = 2;
  for (int i = 1; i <= 5; ++i) {
    last.processes.push_back(process(i, 50, 0, 0));
    now.processes.push_back(process(i, 50, static_cast<std::uint64_t>(i), 0));
  }
  compute();
  CAF_REQUIRE_EQUAL(result.tasks.size(), 2u);
  CAF_CHECK_EQUAL(result.tasks[0].process->pid, 5);
  CAF_CHECK(result.all_tasks.cpu == 150ms);
}

CAF_TEST(time asleep is in the window and not in the time awake) {
  now.at = {101s, 3701s, 8601s};
  compute();
  CAF_CHECK(result.elapsed == 3601s);
  CAF_CHECK(result.awake == 1s);
}

CAF_TEST(time awake is never longer than the window) {
  now.at.awake += 60ns; // the clocks are read one after the other
  CAF_CHECK(compute().awake == compute().elapsed);
}

CAF_TEST(a CPU is idle while it waits for a disk and down while the hypervisor has it) {
  last.machine.cpus = {cpu(0, 0, 0)};
  now.machine.cpus = {cpu(0, 20, 30)};
  now.machine.cpus[0].iowait = 20;
  now.machine.cpus[0].steal = 30;
  compute();
  CAF_REQUIRE_EQUAL(result.cpus.size(), 1u);
  CAF_CHECK(result.cpus[0].idle_ratio == 0.5);
  CAF_CHECK(result.cpus[0].down_ratio == 0.3);
}

CAF_TEST(a CPU whose clock did not move or that came online has no ratio) {
  last.machine.cpus = {cpu(0, 5, 5)};
  now.machine.cpus = {cpu(0, 5, 5), cpu(1, 5, 5)};
  compute();
  CAF_REQUIRE_EQUAL(result.cpus.size(), 2u);
  CAF_CHECK(!result.cpus[0].idle_ratio);
  CAF_CHECK(!result.cpus[1].idle_ratio);
}

CAF_TEST(disks and networks are summed) {
  CAF_CHECK(!compute().disk);
  CAF_CHECK(!compute().network);
  last.machine.disks = {{"sda", 1000, 500, 10, 5}};
  now.machine.disks = {{"sdc", 99, 99, 99, 99}, {"sda", 3000, 600, 12, 6}};
  last.machine.networks = {{"eth0", 100, 200, 1, 2}};
  now.machine.networks = {{"eth0", 150, 500, 2, 5}};
  compute();
  CAF_CHECK(result.disk == (device_traffic{2000, 100, 2, 1}));
  CAF_CHECK(result.network == (device_traffic{50, 300, 1, 3}));
}

/// A child that has written 1,700 bytes when it was last seen, and ends; its parent reaps it.
struct bereavement : fixture {
  process_reading parent = process(10, 50, 1, 0), child = process(20, 60, 1, 0);

  bereavement() {
    parent.io = parent.own_io = process_io{};
    child.parent = 10;
    child.io = child.own_io = process_io{0, 1700};
    last.processes = {parent, child};
    parent.user_ticks = 2; // it woke for it
    parent.reaped_faults = 77;
    parent.io = process_io{0, 2000};
    now.processes = {parent};
    disks(1000);
  }
  /// What the machine's disks have written in the window.
  void disks(std::uint64_t bytes) {
    last.machine.disks = {{"sda", 0, 0, 0, 0}};
    now.machine.disks = {{"sda", 0, bytes, 0, 0}};
  }
};

CAF_TEST(a parent is not charged with what a child that it reaped ever did) {
  bereavement x;
  x.compute();
  CAF_REQUIRE_EQUAL(x.result.tasks.size(), 1u);
  CAF_CHECK(x.result.tasks[0].io == process_io{});
  CAF_CHECK(!x.result.tasks[0].is_io_bounded);
  // What it did after it was last seen is what the dead did.
  CAF_REQUIRE(x.result.dead_tasks);
  CAF_CHECK(x.result.dead_tasks->io == (process_io{0, 300}));
  CAF_CHECK(!x.result.dead_tasks->is_io_bounded);
  CAF_CHECK(x.result.all_tasks.io == (process_io{0, 300}));
}

CAF_TEST(a parent that reaps is charged with its own) {
  bereavement x;
  x.now.processes[0].own_io = process_io{0, 250};
  x.compute();
  CAF_CHECK(x.result.tasks.at(0).io == (process_io{0, 250}));
  CAF_CHECK(x.result.dead_tasks->io == (process_io{0, 50}));
}

CAF_TEST(what the dead are charged with is bounded by what the disks did) {
  bereavement x;
  x.disks(100);
  x.compute();
  CAF_REQUIRE(x.result.dead_tasks);
  CAF_CHECK(x.result.dead_tasks->io == (process_io{0, 100}));
  CAF_CHECK(x.result.dead_tasks->is_io_bounded);
}

CAF_TEST(a parent whose own share is unknown is bounded by what the disks did) {
  bereavement x;
  x.now.processes[0].own_io.reset(); // it has threads
  x.compute();
  CAF_CHECK(x.result.tasks.at(0).io == (process_io{0, 300})); // without what is known of the child
  CAF_CHECK(!x.result.tasks.at(0).is_io_bounded);
  x.disks(0);
  x.compute();
  CAF_CHECK(x.result.tasks.at(0).io == process_io{});
  CAF_CHECK(x.result.tasks.at(0).is_io_bounded);
  x.now.machine.disks.reset();
  x.compute();
  CAF_CHECK(!x.result.tasks.at(0).io);
}

CAF_TEST(one that reaped no child did it all itself however little the disks did) {
  bereavement x;
  x.disks(0); // it lies in memory still
  x.now.processes[0].reaped_faults = 0;
  x.now.processes[0].own_io.reset();
  x.compute();
  CAF_CHECK(x.result.tasks.at(0).io == (process_io{0, 2000}));
  CAF_CHECK(!x.result.tasks.at(0).is_io_bounded);
}

CAF_TEST(a grandchild that ended in the same window is known as well) {
  bereavement x;
  auto grandchild = process(30, 70, 1, 0);
  grandchild.parent = 20;
  grandchild.io = process_io{0, 200};
  x.last.processes.push_back(grandchild);
  x.compute();
  CAF_CHECK(x.result.dead_tasks->io == (process_io{0, 100}));
}

CAF_TEST(pids that point at each other are no circle) {
  bereavement x;
  x.last.processes[1].parent = 30;
  auto other = process(30, 70, 1, 0);
  other.parent = 20;
  x.last.processes.push_back(other);
  x.compute();
  CAF_CHECK(x.result.tasks.at(0).io == process_io{});
}

CAF_TEST(pressure follows the throttling) {
  CAF_CHECK(!compute().pressure); // no source
  last.machine.throttles = {{5, 1000}, {1, {}}};
  now.machine.throttles = last.machine.throttles;
  CAF_CHECK(compute().pressure == thermal_pressure::nominal);
  now.machine.throttles[1].count = 2;
  CAF_CHECK(compute().pressure == thermal_pressure::moderate);
  now.machine.throttles[0] = {6, 1200};
  CAF_CHECK(compute().pressure == thermal_pressure::moderate); // a fifth is not more than a fifth
  now.machine.throttles[0] = {6, 1201};
  CAF_CHECK(compute().pressure == thermal_pressure::heavy);
  now.machine.throttles.pop_back(); // a CPU went offline: which is which is not known
  CAF_CHECK(!compute().pressure);
}

CAF_TEST_FIXTURE_SCOPE_END()
