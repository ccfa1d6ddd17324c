#define CAF_SUITE charge_waits

#include "actors/switch_recorder/charge_waits.hpp"
#include "actors/switch_recorder/compose_blame.hpp"
#include "actors/switch_recorder/draw_cpus.hpp"
#include "actors/switch_recorder/parse_cpu_list.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr std::int32_t beat = 11;

/// A log of two CPUs from 100 s on, with the processes of a test.
struct log_maker {
  switch_log log;

  log_maker() {
    log.taken = 110s;
    log.beat_thread = beat;
    log.cpus = {{0, 100s, {}}, {1, 100s, {}}};
    name(10, "pmactor").is_ours = true;
  }
  task_identity& name(std::int32_t pid, const std::string& name, const std::string& parent = "bash") {
    auto& x = log.processes[pid];
    x.name = name;
    x.parent = parent;
    x.start_time = 1.7e9 + pid;
    return x;
  }
  void run(std::uint32_t cpu, std::int32_t pid, std::chrono::nanoseconds from, std::chrono::nanoseconds to,
           bool left_ready = true, std::int32_t tid = 0) {
    log.cpus[cpu].stretches.push_back({from, to, pid, tid == 0 ? pid : tid, left_ready});
  }
  blame_facts blame(const std::vector<cpu_wait>& waits, std::chrono::nanoseconds harm) const {
    charge_book book;
    book.add(waits, log);
    return book.sum_up(harm);
  }
};

std::chrono::nanoseconds sum_of(const blame_facts& x) {
  auto sum = x.others + x.uncharged + x.unknown;
  for (const auto& one : x.doers)
    sum += one.held;
  return sum;
}

/// A pause of the beat from 102 s to 104 s, all of it waiting for a CPU.
pause_event starved() {
  pause_event x;
  x.before.awake = 101'950ms;
  x.after = {104s, 204s, 1'700'000'104s};
  x.duration = 2s;
  x.cause = pause_cause::cpu_wait;
  x.book[pause_cause::cpu_wait] = {2s, "waited"};
  return x;
}

} // namespace

CAF_TEST(each is charged with its time on the CPU that the victim waited for) {
  log_maker m;
  m.name(21, "sixty"), m.name(22, "thirty"), m.name(23, "ten"), m.name(31, "elsewhere");
  for (int i = 0; i < 10; ++i) { // of each 200 ms: 120, 60, 20
    const auto at = 102s + i * 200ms;
    m.run(1, 21, at, at + 120ms);
    m.run(1, 22, at + 120ms, at + 180ms);
    m.run(1, 23, at + 180ms, at + 200ms);
  }
  m.run(0, 31, 100s, 110s); // busy, but not where the victim waited
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 3u);
  CAF_CHECK_EQUAL(found.doers[0].name, "sixty");
  CAF_CHECK(found.doers[0].held == 1200ms);
  CAF_CHECK_EQUAL(found.doers[0].pid, 21);
  CAF_CHECK(found.doers[1].held == 600ms);
  CAF_CHECK(found.doers[2].held == 200ms);
  CAF_CHECK(found.uncharged == 0ns);
  CAF_CHECK(found.source == blame_source::recorded);
}

CAF_TEST(what a busy process did while no task waited is no harm) {
  log_maker m;
  m.name(21, "before"), m.name(22, "meanwhile");
  m.run(1, 21, 100s, 102s);
  m.run(1, 22, 102s, 104s);
  m.run(1, 21, 104s, 110s);
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 1u);
  CAF_CHECK_EQUAL(found.doers[0].name, "meanwhile");
}

CAF_TEST(a victim that may run anywhere charges all CPUs and an idle one counts for no process) {
  log_maker m;
  m.name(21, "hog");
  m.run(0, 21, 101s, 105s);
  const auto found = m.blame({{102s, 104s, std::nullopt}}, 2s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 1u);
  CAF_CHECK(found.doers[0].held == 1s);
  CAF_CHECK(found.uncharged == 1s);
}

CAF_TEST(what pmactor itself ran is charged to no process) {
  log_maker m;
  m.run(1, 10, 102s, 104s);
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_CHECK(found.doers.empty());
  CAF_CHECK(found.uncharged == 2s);
}

CAF_TEST(a hundred compilers that have ended are one line and hogs of one name that live are several) {
  log_maker m;
  for (std::int32_t i = 0; i < 100; ++i) {
    m.name(100 + i, "cc1plus", "make").has_ended = true;
    m.run(1, 100 + i, 102s + i * 10ms, 102s + i * 10ms + 10ms);
  }
  m.name(21, "hog"), m.name(22, "hog");
  m.run(1, 21, 103s, 103'600ms);
  m.run(1, 22, 103'600ms, 104s);
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 3u);
  CAF_CHECK_EQUAL(in_words(found.doers[0]), "cc1plus ×100 of make");
  CAF_CHECK(found.doers[0].held == 1s);
  CAF_CHECK_EQUAL(found.doers[0].pid, 0);
  CAF_CHECK_EQUAL(in_words(found.doers[1]), "hog (21)");
  CAF_CHECK_EQUAL(in_words(found.doers[2]), "hog (22)");
}

CAF_TEST(three that live of one parent and unit and name are one line) {
  log_maker m;
  for (std::int32_t i = 0; i < 3; ++i) {
    m.name(21 + i, "hog");
    m.run(1, 21 + i, 102s + i * 500ms, 102s + i * 500ms + 500ms);
  }
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 1u);
  CAF_CHECK_EQUAL(found.doers[0].processes, 3u);
  CAF_CHECK_EQUAL(found.doers[0].pid, 0);
}

CAF_TEST(kernel threads are distinguished from processes and workers of one queue are one) {
  CAF_CHECK_EQUAL(kernel_thread_name("kworker/u8:2+flush-8:0"), "kworker (flush-8:0)");
  CAF_CHECK_EQUAL(kernel_thread_name("kworker/0:1-events"), "kworker (events)");
  CAF_CHECK_EQUAL(kernel_thread_name("kworker/0:1"), "kworker");
  CAF_CHECK_EQUAL(kernel_thread_name("ksoftirqd/3"), "ksoftirqd");
  log_maker m;
  m.name(41, "kworker/0:1-events", "").is_kernel_thread = true;
  m.name(42, "kworker/1:0-events", "").is_kernel_thread = true;
  m.run(1, 41, 102s, 103s);
  m.run(1, 42, 103s, 104s);
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 1u);
  CAF_CHECK(found.doers[0].kind == doer_kind::kernel_thread);
  CAF_CHECK_EQUAL(found.doers[0].processes, 2u);
}

CAF_TEST(the lines sum to the harm whatever the kernel counted of it) {
  log_maker m;
  for (std::int32_t i = 0; i < 30; ++i) {
    m.name(100 + i, "p" + std::to_string(i));
    m.run(1, 100 + i, 102s + i * 66'666'667ns, 102s + (i + 1) * 66'666'667ns);
  }
  for (const auto harm : std::initializer_list<std::chrono::nanoseconds>{1ns, 1999ms, 2s, 2'050'000'001ns}) {
    const auto found = m.blame({{102s, 104s, 1U}}, harm);
    CAF_CHECK(sum_of(found) == harm);
    CAF_CHECK_LESS_OR_EQUAL(found.doers.size(), charge_book::most_doers);
  }
  CAF_CHECK_EQUAL(m.blame({{102s, 104s, 1U}}, 2s).other_processes, 22u);
}

CAF_TEST(a record that does not reach back and one with gaps say so) {
  log_maker m;
  m.name(21, "hog");
  m.log.cpus[1].covers_from = 102'700ms;
  m.log.lost = 1234;
  m.log.remarks = {"CPU 2 went offline, and is not in the record since"};
  m.run(1, 21, 102'700ms, 106s);
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_CHECK(found.unknown == 700ms); // something ran then: it was not idle
  CAF_CHECK(found.uncharged == 0ns);
  CAF_REQUIRE_EQUAL(found.remarks.size(), 3u);
  CAF_CHECK_EQUAL(found.remarks[0], "the record covers the last 1.30 s of 2.00 s");
  CAF_CHECK_EQUAL(found.remarks[1], "1,234 records were lost");
}

CAF_TEST(several logs of one stall add up) {
  charge_book book;
  log_maker early, late;
  early.name(21, "hog"), late.name(21, "hog"), late.name(22, "other");
  early.run(0, 21, 100s, 110s), early.run(1, 21, 100s, 110s);
  late.run(0, 21, 110s, 120s), late.run(1, 22, 110s, 120s);
  book.add({{100s, 110s, std::nullopt}}, early.log);
  book.add({{110s, 120s, std::nullopt}}, late.log);
  const auto found = book.sum_up(20s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 2u);
  CAF_CHECK(found.doers[0].held == 15s);
  CAF_CHECK(found.doers[1].held == 5s);
}

CAF_TEST(a thread that was preempted was ready all along and one that slept only in the end) {
  log_maker m;
  m.run(1, 10, 101'900ms, 101'950ms, false, beat); // sleeps towards its deadline
  m.run(1, 10, 104s, 104'001ms, true, beat);       // came late, and is preempted
  m.run(1, 10, 104'501ms, 104'502ms, false, beat);
  const auto waits = find_waits(m.log, beat, 101'950ms, 105s, 2500ms);
  CAF_REQUIRE_EQUAL(waits.size(), 2u);
  CAF_CHECK((waits[0] == cpu_wait{102s, 104s, 1U}));
  CAF_CHECK((waits[1] == cpu_wait{104'001ms, 104'501ms, 1U}));
}

CAF_TEST(a thread that came to another CPU may have waited for any) {
  log_maker m;
  m.run(0, 10, 101'900ms, 101'950ms, false, beat);
  m.run(1, 10, 104s, 104'001ms, false, beat);
  const auto waits = find_waits(m.log, beat, 101'950ms, 104'001ms, 1s);
  CAF_REQUIRE_EQUAL(waits.size(), 1u);
  CAF_CHECK((waits[0] == cpu_wait{103s, 104s, std::nullopt}));
  CAF_CHECK((find_waits(switch_log{}, beat, 100s, 104s, 1s) == std::vector<cpu_wait>{{103s, 104s, std::nullopt}}));
}

CAF_TEST(a starved beat blames who ran where it waited and keeps who was on the CPUs) {
  log_maker m;
  m.name(21, "spinner");
  m.run(1, 10, 101'900ms, 101'950ms, false, beat);
  m.run(1, 21, 101'950ms, 104s);
  m.run(1, 10, 104s, 104'001ms, false, beat);
  const auto found = blame_pause(starved(), m.log);
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->doers.size(), 1u);
  CAF_CHECK_EQUAL(found->doers[0].name, "spinner");
  CAF_CHECK(found->doers[0].held == 2s);
  CAF_CHECK_EQUAL(found->resource, "CPU 1");
  CAF_REQUIRE(found->timeline.has_value());
  CAF_CHECK(found->timeline->began == 1'700'000'101'800ms); // a tenth before the begin
}

CAF_TEST(what no process brings about is charged to none) {
  log_maker m;
  m.name(21, "busy");
  m.run(0, 21, 100s, 110s), m.run(1, 21, 100s, 110s);
  for (const auto cause : {pause_cause::stopped, pause_cause::frozen, pause_cause::quota, pause_cause::stolen}) {
    auto event = starved();
    event.cause = cause;
    event.book = {};
    event.book[cause] = {1990ms, "so"};
    event.book[pause_cause::cpu_wait] = {10ms, "a trifle"};
    const auto found = blame_pause(event, m.log);
    CAF_REQUIRE(found.has_value());
    CAF_CHECK(found->doers.empty());
    CAF_CHECK(found->harm == 0ns);
    CAF_CHECK(found->timeline.has_value());
  }
}

CAF_TEST(a log that says nothing of the time is no answer) {
  log_maker m;
  for (auto& cpu : m.log.cpus)
    cpu.covers_from = 109s;
  CAF_CHECK(!blame_pause(starved(), m.log));
  CAF_CHECK(!blame_pause(starved(), switch_log{}));
}

CAF_TEST(a drawing is bounded and draws what is too short as several) {
  log_maker m;
  m.name(21, "long"), m.name(22, "short");
  for (int i = 0; i < 20'000; ++i)
    m.run(0, i % 2 == 0 ? 22 : 23, 100s + i * 100us, 100s + (i + 1) * 100us);
  m.run(0, 21, 102s, 104s);
  m.run(1, 21, 100s, 104s);
  const auto drawn = draw_cpus(m.log, 100s, 104s, 0ns, {200, 3});
  CAF_CHECK_LESS_OR_EQUAL(drawn.slices.size(), 200u);
  CAF_REQUIRE(!drawn.tasks.empty());
  CAF_CHECK_EQUAL(drawn.tasks[0].name, "several");
  CAF_CHECK_LESS_OR_EQUAL(drawn.tasks.size(), 3u);
  std::chrono::nanoseconds on_first{};
  for (const auto& x : drawn.slices)
    if (x.cpu == 0)
      on_first += x.length;
  CAF_CHECK(on_first >= 3900ms);
  CAF_CHECK(on_first <= 4s);
}

CAF_TEST(a pause that is explained in another way is summed up anew by what was charged) {
  log_maker m;
  m.name(21, "spinner");
  m.run(1, 10, 101'900ms, 101'950ms, false, beat);
  m.run(1, 21, 101'950ms, 104s);
  m.run(1, 10, 104s, 104'001ms, false, beat);
  auto event = starved();
  const auto charges = charge_pause(event, m.log);
  CAF_REQUIRE(charges.has_value());
  event.book[pause_cause::cpu_wait].length = 1500ms; // half a second was the hypervisor's
  event.book[pause_cause::stolen] = {500ms, "so"};
  auto found = sum_up_pause(event, *charges);
  CAF_CHECK(found.harm == 1500ms);
  CAF_CHECK(sum_of(found) == 1500ms);
  CAF_REQUIRE_EQUAL(found.doers.size(), 1u);
  CAF_CHECK(found.doers[0].held == 1500ms);
  event.cause = pause_cause::stolen;
  found = sum_up_pause(event, *charges);
  CAF_CHECK(found.doers.empty());
  CAF_CHECK(found.harm == 0ns);
  CAF_CHECK(found.remarks.empty());
}

CAF_TEST(harm of which nothing was charged is unknown and not idle) {
  const auto found = charge_book{}.sum_up(2s);
  CAF_CHECK(found.unknown == 2s);
  CAF_CHECK(found.uncharged == 0s);
}

CAF_TEST(a list of CPUs is read as the kernel writes it) {
  CAF_CHECK((parse_cpu_list("0-3,8,10-11\n", 64) == std::vector<std::uint32_t>{0, 1, 2, 3, 8, 10, 11}));
  CAF_CHECK((parse_cpu_list("0\n", 64) == std::vector<std::uint32_t>{0}));
  CAF_CHECK(parse_cpu_list("", 64).empty());
  CAF_CHECK(parse_cpu_list("x", 64).empty());
  CAF_CHECK_EQUAL(parse_cpu_list("0-99999999999", 64).size(), 64u);
}

CAF_TEST(a blame by samples says that it is one) {
  log_maker m;
  m.name(21, "hog"), m.name(22, "pipe");
  m.run(1, 21, 102s, 103'500ms, false);
  m.run(1, 22, 103'500ms, 104s, false);
  m.log.cpus[1].sampled = {{101s, 104s}};
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_CHECK(found.source == blame_source::sampled);
  CAF_REQUIRE_EQUAL(found.doers.size(), 2u);
  CAF_CHECK_EQUAL(found.doers[0].name, "hog");
  CAF_CHECK(found.doers[0].held == 1500ms);
  CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
  CAF_CHECK_EQUAL(found.remarks[0],
                  "for 2.00 s the CPUs were only sampled, 99 times a second, as they switched very often");
  CAF_CHECK(sum_of(found) == 2s);
}

CAF_TEST(samples of another CPU or of another time are no part of a blame) {
  log_maker m;
  m.name(21, "hog");
  m.run(1, 21, 102s, 104s);
  m.log.cpus[0].sampled = {{101s, 110s}};
  m.log.cpus[1].sampled = {{104s, 110s}};
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_CHECK(found.source == blame_source::recorded);
  CAF_CHECK(found.remarks.empty());
}

CAF_TEST(idle time that was sampled is charged to no process) {
  log_maker m;
  m.name(21, "pipe");
  m.run(1, 21, 102s, 102'500ms, false);
  m.log.cpus[1].sampled = {{101s, 104s}};
  const auto found = m.blame({{102s, 104s, 1U}}, 2s);
  CAF_CHECK(found.uncharged == 1500ms);
  CAF_CHECK(found.unknown == 0ns);
}

CAF_TEST(where samples may have missed it the absences of a thread are not believed) {
  log_maker m;
  m.run(1, 10, 101'900ms, 101'950ms, false, beat);
  m.run(1, 10, 104s, 104'001ms, false, beat);
  m.log.cpus[0].sampled = {{103s, 104s}};
  const auto waits = find_waits(m.log, beat, 101'950ms, 104'001ms, 1s);
  CAF_REQUIRE_EQUAL(waits.size(), 1u);
  CAF_CHECK((waits[0] == cpu_wait{103'001ms, 104'001ms, std::nullopt}));
}
