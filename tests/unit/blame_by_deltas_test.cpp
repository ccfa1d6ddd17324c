#define CAF_SUITE blame_by_deltas

#include "actors/flight_recorder/blame_by_deltas.hpp"
#include "actors/flight_recorder/compose_event.hpp"
#include "actors/flight_recorder/choose_culprits_by_blame.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

process_sample process(std::int64_t pid, const std::string& name) {
  process_sample x;
  x.pid = pid;
  x.start_time = 1.7e9;
  x.name = name;
  return x;
}

/// An event of 4 s, and a sample that was watched across it for 5 s.
struct scene {
  pause_event event;
  scored_sample before, across;

  scene() {
    event.before.awake = 100s;
    event.after.awake = 104s;
    event.duration = 4s;
    before.processes_seen = 100s;
    across.processes_seen = across.system.at.awake = 104'500ms;
    across.processes_window = 5s;
    across.system.cores = 2;
  }
  std::optional<blame_facts> blame(std::optional<double> disk_rate = {}) const {
    return blame_by_deltas(event, {&before, &across, disk_rate}, culprit_policy{});
  }
  void is(pause_cause cause) {
    event.cause = cause;
    event.book[cause] = {4s, "so"};
  }
};

std::chrono::nanoseconds sum_of(const blame_facts& x) {
  auto sum = x.others + x.uncharged + x.unknown;
  for (const auto& one : x.doers)
    sum += one.held;
  return sum;
}

} // namespace

CAF_TEST(two writers are charged by the bytes that they moved meanwhile) {
  scene s;
  s.is(pause_cause::io);
  auto most = process(21, "big"), less = process(22, "small");
  most.io_write = 80e6;
  less.io_read = 20e6;
  s.across.processes = {less, most};
  const auto found = s.blame(100e6);
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->doers.size(), 2u);
  CAF_CHECK_EQUAL(found->doers[0].name, "big");
  CAF_CHECK(found->doers[0].held == 3200ms);
  CAF_CHECK(found->doers[1].held == 800ms);
  CAF_CHECK(found->source == blame_source::deltas);
  CAF_CHECK(sum_of(*found) == 4s);
  CAF_CHECK(!s.blame(0.0)); // the disks stood still
}

CAF_TEST(processes of one name are one line with the sum of what they used) {
  scene s;
  s.is(pause_cause::io);
  for (std::int64_t pid = 21; pid < 26; ++pid) {
    s.across.processes.push_back(process(pid, "fio"));
    s.across.processes.back().io_write = 10e6;
  }
  s.across.processes.push_back(process(31, "big"));
  s.across.processes.back().io_write = 30e6;
  const auto found = s.blame(80e6);
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->doers.size(), 2u);
  CAF_CHECK_EQUAL(in_words(found->doers[0]), "fio ×5");
  CAF_CHECK(found->doers[0].held == 2500ms);
  CAF_CHECK_EQUAL(found->doers[0].bytes.value_or(0), 250e6);
  CAF_CHECK_EQUAL(in_words(found->doers[1]), "big (31)");
  CAF_CHECK(sum_of(*found) == 4s);
}

CAF_TEST(a writer that filled the memory as a stall began is charged with what it wrote then) {
  scene s;
  s.is(pause_cause::io);
  auto writer = process(21, "writer"), victim = process(22, "victim"), gone = process(23, "gone");
  writer.io_write = gone.io_write = 40e6;
  scored_sample at_begin;
  at_begin.processes_window = 1s;
  at_begin.processes = {writer, gone};
  writer.io_write = 0; // it waits itself until the disk has taken some of it
  victim.io_write = 4e6;
  s.across.processes = {writer, victim};
  const auto found = blame_by_deltas(s.event, {&s.before, &s.across, 2e6, &at_begin}, culprit_policy{});
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->doers.size(), 3u);
  CAF_CHECK_EQUAL(found->doers[0].name, "writer");
  CAF_CHECK_EQUAL(found->doers[0].bytes.value_or(0), 40e6);
  CAF_CHECK_EQUAL(found->doers[1].name, "gone");
  CAF_CHECK_EQUAL(found->doers[2].name, "victim");
  CAF_CHECK_EQUAL(found->doers[2].bytes.value_or(0), 20e6);
  CAF_CHECK(sum_of(*found) == 4s);
}

CAF_TEST(of a CPU counts what was used meanwhile and the rest was idle) {
  scene s;
  s.is(pause_cause::cpu_wait);
  auto hog = process(21, "hog");
  hog.cpu_pct = 80; // over 5 s: 4 s of a CPU, all of them meanwhile
  s.across.processes = {hog};
  const auto found = s.blame();
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->doers.size(), 1u);
  CAF_CHECK(found->doers[0].held >= 1900ms);
  CAF_CHECK(found->doers[0].held <= 2100ms);
  CAF_CHECK(found->uncharged > 0ns);
  CAF_CHECK(sum_of(*found) == 4s);
}

CAF_TEST(memory is charged to those that gained it) {
  scene s;
  s.is(pause_cause::memory);
  auto leak = process(21, "leak"), steady = process(22, "steady");
  leak.mem_bytes = 1e9, steady.mem_bytes = 4e9;
  s.before.processes = {leak, steady};
  leak.mem_bytes = 3e9;
  s.across.processes = {leak, steady};
  const auto found = s.blame();
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->doers.size(), 1u);
  CAF_CHECK_EQUAL(found->doers[0].name, "leak");
  CAF_CHECK_EQUAL(found->doers[0].bytes.value_or(0), 2e9);
}

CAF_TEST(a window that is mostly other time makes it weak) {
  scene s;
  s.is(pause_cause::io);
  auto x = process(21, "big");
  x.io_write = 80e6;
  s.across.processes = {x};
  s.event.duration = 1s;
  const auto found = s.blame();
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(found->source == blame_source::weak);
}

CAF_TEST(what no process brings about and what was not watched has no culprit) {
  scene s;
  auto x = process(21, "busy");
  x.cpu_pct = 200, x.io_write = 1e9;
  s.across.processes = {x};
  for (const auto cause : {pause_cause::stopped, pause_cause::quota, pause_cause::frozen, pause_cause::stolen,
                           pause_cause::unexplained}) {
    s.is(cause);
    CAF_CHECK(!s.blame());
  }
  s.is(pause_cause::cpu_wait);
  CAF_CHECK(!blame_by_deltas(s.event, {&s.before, nullptr, {}}, culprit_policy{}));
}

CAF_TEST(those that are recorded to have done a good part are named and no others) {
  blame_facts blame;
  blame.source = blame_source::recorded;
  blame.resource = "CPU 1";
  blame.harm = 2s;
  doer most, some, little;
  most.name = "cc1plus", most.processes = 14, most.parent = "make", most.held = 1240ms;
  some.name = "hog", some.pid = 21, some.held = 400ms;
  little.name = "shell", little.pid = 22, little.held = 200ms;
  blame.doers = {most, some, little};
  const auto found = choose_culprits_by_blame(blame, culprit_policy{});
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0].name, "cc1plus");
  CAF_CHECK_EQUAL(found[0].reason, "62 % of the wait for CPU 1, 1.24 s recorded, 14 processes of make");
  CAF_CHECK_EQUAL(found[1].pid, 21);
}

CAF_TEST(a doer of what little is recorded is named by its share of that) {
  blame_facts blame;
  blame.source = blame_source::recorded;
  blame.resource = "the CPUs";
  blame.harm = 4s;
  blame.unknown = 2800ms;
  doer hog;
  hog.name = "hog", hog.pid = 21,
  hog.held = 500ms; // an eighth of all, and nearly half of what is known
  blame.doers = {hog};
  pause_event event;
  event.cause = pause_cause::cpu_wait;
  CAF_CHECK(is_answered(event, blame));
  const auto found = choose_culprits_by_blame(blame, culprit_policy{});
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].reason,
                  "42 % of the 1.20 s that are recorded of the wait for the CPUs, 500 ms recorded");
}

CAF_TEST(a record of a trifle leaves the answer to what each used) {
  sample_history history{lead_up_policy{}};
  scene s;
  s.is(pause_cause::cpu_wait);
  auto hog = process(21, "hog");
  hog.cpu_pct = 160;
  s.across.processes = {hog};
  s.across.system.tick = 1;
  history.add(s.across);
  auto& blame = s.event.blame.emplace();
  blame.source = blame_source::recorded;
  blame.harm = 4s;
  blame.unknown = 3900ms;
  blame.uncharged = 100ms;
  blame.remarks = {"the record covers the last 100 ms of 4.00 s"};
  const auto found = compose_event(s.event, history, lead_up_policy{}, culprit_policy{});
  CAF_REQUIRE(found.event.blame.has_value());
  CAF_CHECK(found.event.blame->source == blame_source::deltas);
  CAF_REQUIRE_EQUAL(found.event.blame->remarks.size(), 1u);
  CAF_REQUIRE(!found.culprits.empty());
  CAF_CHECK_EQUAL(found.culprits[0].name, "hog");
}

CAF_TEST(by samples only those are named that did twice as much and nothing of a short harm) {
  blame_facts blame;
  blame.source = blame_source::sampled;
  blame.resource = "the CPUs";
  blame.harm = 2s;
  doer most, some;
  most.name = "hog", most.pid = 21, most.held = 1500ms;
  some.name = "innocent", some.pid = 22, some.held = 400ms;
  blame.doers = {most, some};
  const auto found = choose_culprits_by_blame(blame, culprit_policy{});
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].reason, "75 % of the wait for the CPUs, 1.50 s by samples");
  pause_event event;
  event.cause = pause_cause::cpu_wait;
  CAF_CHECK(is_answered(event, blame));
  blame.harm = 150ms;
  CAF_CHECK(!is_answered(event, blame));
  blame.source = blame_source::recorded;
  CAF_CHECK(is_answered(event, blame));
}

CAF_TEST(what is recorded outdoes a busy process and a name) {
  sample_history history{lead_up_policy{}};
  scene s;
  s.is(pause_cause::cpu_wait);
  auto known = process(31, "kcompactd0");
  known.cpu_pct = 90, known.is_suspect = true;
  s.across.processes = {known};
  s.across.system.tick = 1;
  history.add(s.across);
  const auto named = [&] {
    return compose_event(s.event, history, lead_up_policy{}, culprit_policy{});
  };
  CAF_REQUIRE(!named().culprits.empty());
  CAF_CHECK_EQUAL(named().culprits[0].name, "kcompactd0");
  CAF_CHECK(named().event.blame && named().event.blame->source != blame_source::recorded);
  auto& blame = s.event.blame.emplace();
  blame.source = blame_source::recorded;
  blame.resource = "the CPUs";
  blame.harm = 4s;
  doer spinner;
  spinner.name = "spinner", spinner.pid = 21, spinner.held = 4s;
  blame.doers = {spinner};
  const auto found = named();
  CAF_REQUIRE_EQUAL(found.culprits.size(), 1u);
  CAF_CHECK_EQUAL(found.culprits[0].name, "spinner");
  // Recorded, and nothing ran for long: then no process is named.
  s.event.blame->doers[0].held = 100ms;
  CAF_CHECK(named().culprits.empty());
}
