#define CAF_SUITE rank_culprits_by_usage

#include "actors/flight_recorder/rank_culprits_by_usage.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const culprit_policy policy;

process_sample process(std::int64_t pid, const char* name) {
  process_sample x;
  x.pid = pid;
  x.start_time = 1000.0 + static_cast<double>(pid);
  x.name = name;
  return x;
}

pause_event event_of(pause_cause cause) {
  pause_event x;
  x.cause = cause;
  x.before.awake = 100s;
  x.after.awake = 101s;
  x.duration = 900ms;
  return x;
}

pause_event stall_of(stall_resource resource, pause_cause cause) {
  auto x = event_of(cause);
  x.kind = event_kind::stall;
  x.stall.emplace().resource = resource;
  return x;
}

/// A sample of the second that ends at this time.
scored_sample second_until(std::chrono::nanoseconds end) {
  scored_sample x;
  x.processes_seen = end;
  x.processes_window = 1s;
  return x;
}

struct fixture {
  scored_sample sample;
  fixture() {
    auto writer = process(1, "backup");
    writer.io_write = 298e6;
    writer.cpu_pct = 12;
    auto burner = process(2, "make");
    burner.cpu_pct = 180;
    auto hog = process(3, "browser");
    hog.mem_bytes = 6e9;
    auto stuck = process(4, "nfs");
    stuck.state = 'D';
    stuck.waits_in = "rpc_wait_bit_killable";
    auto known = process(5, "spotlight");
    known.is_suspect = true;
    auto idle = process(6, "idle");
    idle.cpu_pct = 0.3;
    sample.system.mem_total = 8e9;
    sample.processes = {idle, writer, burner, hog, stuck, known};
  }
  std::vector<std::int64_t> ranked(pause_cause cause) {
    std::vector<std::int64_t> result;
    for (const auto& x : rank_culprits_by_usage(event_of(cause), {&sample, nullptr, {}}, policy))
      result.push_back(x.pid);
    return result;
  }
};

using pids = std::vector<std::int64_t>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(rank_culprits_by_usage_tests, fixture)

CAF_TEST(the reason must fit the cause) {
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait), (pids{2}));
  CAF_CHECK_EQUAL(ranked(pause_cause::kernel), (pids{2}));
  CAF_CHECK_EQUAL(ranked(pause_cause::io), (pids{1, 4}));
  CAF_CHECK_EQUAL(ranked(pause_cause::memory), (pids{3, 1, 4}));
  CAF_CHECK_EQUAL(ranked(pause_cause::unexplained), (pids{1, 2, 4}));
}

CAF_TEST(no traffic however heavy outweighs the reason that fits) {
  sample.processes[1].io_write = 9e9;
  sample.processes[1].cpu_pct = 25;
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait), (pids{2, 1}));
  const auto found = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {&sample, nullptr, {}}, policy);
  CAF_CHECK_EQUAL(found.at(1).reason, "used 25 % of a CPU, wrote 9.0 GB/s");
}

CAF_TEST(each has its reasons in numbers and its identity) {
  const auto found = rank_culprits_by_usage(event_of(pause_cause::io), {&sample, nullptr, {}}, policy);
  CAF_CHECK_EQUAL(found.at(0), (culprit{1, 1001.0, "backup", "wrote 298 MB/s"}));
  CAF_CHECK_EQUAL(found.at(1).reason, "in D state, in rpc_wait_bit_killable");
  const auto short_of = rank_culprits_by_usage(event_of(pause_cause::memory), {&sample, nullptr, {}}, policy);
  CAF_CHECK_EQUAL(short_of.at(0).reason, "held 75 % of the memory");
}

CAF_TEST(a name accuses no process that did no harm) {
  for (std::size_t i = 0; i < pause_causes; ++i)
    for (const auto pid : ranked(static_cast<pause_cause>(i)))
      CAF_CHECK_NOT_EQUAL(pid, 5);
}

CAF_TEST(a name decides between two that did as much) {
  auto& known = sample.processes[5];
  known.cpu_pct = 175; // make used 180
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait), (pids{5, 2}));
  known.cpu_pct = 90;
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait), (pids{2, 5}));
  known.cpu_pct.reset();
  sample.processes[0].cpu_pct = 185; // of two without such a name the one that did more
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait), (pids{6, 2}));
}

CAF_TEST(no process is accused of what none can have done) {
  for (const auto cause : {pause_cause::asleep, pause_cause::stopped, pause_cause::frozen,
                           pause_cause::traced, pause_cause::quota, pause_cause::stolen,
                           pause_cause::interrupts, pause_cause::own_work})
    CAF_CHECK(ranked(cause).empty());
}

CAF_TEST(the list is bounded and the innocent are not on it) {
  for (std::int64_t i = 100; i < 150; ++i) {
    sample.processes.push_back(process(i, "burner"));
    sample.processes.back().name += std::to_string(i);
    sample.processes.back().cpu_pct = 50;
  }
  CAF_CHECK_EQUAL(ranked(pause_cause::cpu_wait).size(), policy.most);
  sample.processes = {process(7, "quiet")};
  CAF_CHECK(ranked(pause_cause::unexplained).empty());
}

CAF_TEST(processes that have ended are accused together where they held the CPUs meanwhile) {
  auto across = second_until(101s);
  across.processes = {process(-1, "DEAD_TASKS"), process(7, "quiet")};
  across.processes[0].cpu_pct = 190;
  const auto event = event_of(pause_cause::cpu_wait);
  const auto found = rank_culprits_by_usage(event, {nullptr, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0], (culprit{0, {}, "processes that have ended", "used 190 % of a CPU meanwhile"}));
  // Before it they are merely some that were busy.
  CAF_CHECK(rank_culprits_by_usage(event, {&across, nullptr, {}}, policy).empty());
}

CAF_TEST(processes that have ended are not accused if another did more or they did it for a moment) {
  auto across = second_until(101s);
  across.processes = {process(-1, "DEAD_TASKS"), process(2, "make")};
  across.processes[0].cpu_pct = 80;
  across.processes[1].cpu_pct = 90;
  const auto event = event_of(pause_cause::cpu_wait);
  const auto found = rank_culprits_by_usage(event, {nullptr, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].pid, 2);
  across.processes.resize(1);
  across.processes[0].cpu_pct = 40;
  CAF_CHECK(rank_culprits_by_usage(event, {nullptr, &across, {}}, policy).empty());
}

CAF_TEST(what came for the time of a pause and has ended is accused and not what is always busy) {
  // As compilers go on, two spinners take both CPUs for a second.
  auto before = second_until(100s);
  before.processes = {process(-1, "DEAD_TASKS"), process(2, "cc1plus"), process(3, "qemu")};
  before.processes[0].cpu_pct = 20;
  before.processes[1].cpu_pct = 100;
  before.processes[2].cpu_pct = 70;
  auto across = before;
  across.system.cores = 2;
  across.processes_seen = 102s; // from 100 s on: a second of the pause and one of work
  across.processes_window = 2s;
  across.processes[0].cpu_pct = 110; // 200 % and 20 %
  across.processes[1].cpu_pct = 50;
  across.processes[2].cpu_pct = 35;
  const auto found = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {&before, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0], (culprit{0, {}, "processes that have ended", "used 200 % of a CPU meanwhile"}));
  // The other way round: those that end were as busy as ever, and one that lives took the CPUs.
  across.processes[0].cpu_pct = 10;
  across.processes.push_back(process(9, "spin"));
  across.processes.back().cpu_pct = 95;
  const auto other = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {&before, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(other.size(), 1u);
  CAF_CHECK_EQUAL(other[0].reason, "used 190 % of a CPU meanwhile");
}

CAF_TEST(what is first seen behind a hole in the samples is not taken to have come for the event) {
  auto before = second_until(97s); // and three seconds of which nothing is known
  before.processes = {process(2, "spin")};
  before.processes[0].cpu_pct = 190;
  auto across = second_until(106s); // of the pause and of five seconds more
  across.system.cores = 2;
  across.processes_window = 6s;
  across.processes = {process(2, "spin"), process(3, "backupd")};
  across.processes[0].cpu_pct = 190;
  across.processes[1].cpu_pct = 60;
  const auto found = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {&before, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0].name, "spin");
  CAF_CHECK_EQUAL(found[1].reason, "used 60 % of a CPU meanwhile");
  before.processes_seen = 100s; // with no hole it came when the window began
  const auto known = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {&before, &across, {}}, policy);
  CAF_CHECK_EQUAL(known[0].reason, "used 200 % of a CPU meanwhile");
  CAF_CHECK_EQUAL(known[0].name, "backupd");
}

CAF_TEST(traffic of processes that have ended is accused only if all of it was during the stall) {
  auto across = second_until(102s);
  across.processes = {process(-1, "DEAD_TASKS")};
  across.processes[0].io_write = 60e6;
  auto event = stall_of(stall_resource::disk, pause_cause::io);
  CAF_CHECK_EQUAL(rank_culprits_by_usage(event, {nullptr, &across, 60e6}, policy).size(), 1u);
  across.processes_seen = 100s + 700ms;
  CAF_CHECK(rank_culprits_by_usage(event, {nullptr, &across, 60e6}, policy).empty());
  across.processes_seen = 102s;
  event.stall->is_over = true; // a second ago
  CAF_CHECK(rank_culprits_by_usage(event, {nullptr, &across, 60e6}, policy).empty());
  CAF_CHECK(rank_culprits_by_usage(event_of(pause_cause::io), {nullptr, &across, 60e6}, policy).empty());
}

CAF_TEST(processes that have ended are never among those that were just busy) {
  auto across = second_until(101s);
  across.processes = {process(-1, "DEAD_TASKS")};
  across.processes[0].cpu_pct = 190;
  across.processes[0].io_write = 60e6;
  for (const auto cause : {pause_cause::unexplained, pause_cause::memory})
    CAF_CHECK(rank_culprits_by_usage(event_of(cause), {&across, &across, {}}, policy).empty());
}

CAF_TEST(traffic is no harm where the disks stood still) {
  const auto event = event_of(pause_cause::io);
  const auto pids_of = [&](std::optional<double> disk_rate) {
    pids result;
    for (const auto& x : rank_culprits_by_usage(event, {&sample, nullptr, disk_rate}, policy))
      result.push_back(x.pid);
    return result;
  };
  CAF_CHECK_EQUAL(pids_of(298e6), (pids{1, 4}));
  CAF_CHECK_EQUAL(pids_of({}), (pids{1, 4})); // not known
  CAF_CHECK_EQUAL(pids_of(20e3), (pids{4}));
}

CAF_TEST(no process is accused of a file system that does not answer) {
  const auto event = stall_of(stall_resource::mount, pause_cause::io);
  CAF_CHECK(rank_culprits_by_usage(event, {&sample, &sample, 298e6}, policy).empty());
}

CAF_TEST(what a stall holds up is not accused of it) {
  const auto found =
    rank_culprits_by_usage(stall_of(stall_resource::disk, pause_cause::io), {&sample, nullptr, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].name, "backup");
}

CAF_TEST(a process that was busy during it is reported as such and none is reported twice) {
  scored_sample across;
  auto burner = process(2, "make");
  burner.cpu_pct = 190;
  auto newcomer = process(7, "dd");
  newcomer.cpu_pct = 95;
  across.processes = {newcomer, burner};
  const auto found = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {&sample, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found.at(0), (culprit{2, 1002.0, "make", "used 190 % of a CPU meanwhile"}));
  CAF_CHECK_EQUAL(found.at(1), (culprit{7, 1007.0, "dd", "used 95 % of a CPU meanwhile"}));
  CAF_CHECK(rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {nullptr, nullptr, {}}, policy).empty());
}

CAF_TEST(memory that was gained across a pause is harm and that which was held only where memory was short) {
  scored_sample across;
  auto leak = process(8, "leak");
  leak.mem_bytes = 1e9;
  sample.processes.push_back(leak);
  leak.mem_bytes = 2.2e9;
  across.processes = {leak, sample.processes[3]}; // and the browser, as before
  const auto found = rank_culprits_by_usage(event_of(pause_cause::memory), {&sample, &across, {}}, policy);
  CAF_CHECK_EQUAL(found.at(0), (culprit{8, 1008.0, "leak", "gained 1.2 GB of memory, held 28 % of the memory meanwhile"}));
  CAF_CHECK_EQUAL(found.at(1).name, "browser");
  const auto unknown = rank_culprits_by_usage(event_of(pause_cause::unexplained), {&sample, &across, {}}, policy);
  CAF_CHECK(std::any_of(unknown.begin(), unknown.end(), [](const culprit& x) { return x.name == "leak"; }));
  CAF_CHECK(std::none_of(unknown.begin(), unknown.end(), [](const culprit& x) { return x.name == "browser"; }));
}

CAF_TEST(processes of one name are one suspect with the sum of what they did) {
  auto across = second_until(101s);
  for (std::int64_t i = 0; i < 5; ++i) {
    across.processes.push_back(process(20 + i, "stress-ng"));
    across.processes.back().cpu_pct = 90;
  }
  across.processes.push_back(process(7, "dd"));
  across.processes.back().cpu_pct = 95;
  const auto event = event_of(pause_cause::cpu_wait);
  const auto found = rank_culprits_by_usage(event, {nullptr, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0], (culprit{0, {}, "stress-ng", "5 processes used 450 % of a CPU meanwhile"}));
  CAF_CHECK_EQUAL(found[1].pid, 7);
  // One of them that did more than the others together is named.
  for (std::size_t i = 1; i < 5; ++i)
    across.processes[i].cpu_pct = 22;
  const auto uneven = rank_culprits_by_usage(event, {nullptr, &across, {}}, policy);
  CAF_CHECK_EQUAL(uneven.at(0).reason,
                  "5 processes used 178 % of a CPU meanwhile, mostly process 20");
}

CAF_TEST(of processes of one name only those are counted that did enough to be suspected) {
  auto across = second_until(101s);
  across.processes = {process(20, "cc1plus"), process(21, "cc1plus")};
  across.processes[0].cpu_pct = 90;
  across.processes[1].cpu_pct = 3;
  const auto found = rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {nullptr, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0], (culprit{20, 1020.0, "cc1plus", "used 90 % of a CPU meanwhile"}));
}

CAF_TEST(processes of one name are not listed again for what they did before) {
  auto before = second_until(100s);
  before.processes = {process(20, "dd"), process(21, "dd"), process(22, "dd")};
  for (auto& x : before.processes)
    x.io_write = 20e6;
  auto across = second_until(101s);
  across.processes = {process(22, "dd"), process(23, "dd")};
  for (auto& x : across.processes)
    x.io_write = 80e6;
  const auto found = rank_culprits_by_usage(event_of(pause_cause::io), {&before, &across, {}}, policy);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].reason, "2 processes wrote 160 MB/s meanwhile");
}

CAF_TEST(processes without a name are suspects of their own) {
  auto across = second_until(101s);
  across.processes = {process(20, ""), process(21, "")};
  for (auto& x : across.processes)
    x.cpu_pct = 90;
  CAF_CHECK_EQUAL(rank_culprits_by_usage(event_of(pause_cause::cpu_wait), {nullptr, &across, {}}, policy).size(), 2u);
}

CAF_TEST(critical stress is blamed on what did that which rose and on none that merely was busy) {
  pause_event event;
  event.kind = event_kind::critical;
  const auto of = [&](std::optional<stress_part> rose) {
    pids result;
    for (const auto& x : rank_culprits_by_usage(event, {&sample, nullptr, {}, nullptr, rose}, policy))
      result.push_back(x.pid);
    return result;
  };
  CAF_CHECK_EQUAL(of(stress_part::disk), (pids{1}));
  CAF_CHECK_EQUAL(of(stress_part::load), (pids{2, 4}));
  CAF_CHECK_EQUAL(of(stress_part::memory), (pids{3}));
  CAF_CHECK_EQUAL(of(stress_part::thermal), (pids{2}));
  CAF_CHECK_EQUAL(of(std::nullopt), (pids{1, 2, 4}));
  sample.processes[1].io_write = 25e3;
  CAF_CHECK(of(stress_part::disk).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
