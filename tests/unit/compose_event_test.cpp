#define CAF_SUITE compose_event

#include "actors/flight_recorder/compose_event.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

scored_sample at_second(int second, double load_points) {
  scored_sample x;
  x.system.tick = static_cast<std::uint64_t>(second);
  x.system.at = {1000s + std::chrono::seconds{second}, 2000s + std::chrono::seconds{second},
                 1'700'000'000s + std::chrono::seconds{second}};
  x.system.interval = 1s;
  x.stress.load = load_points;
  process_sample busy;
  busy.pid = second;
  busy.cpu_pct = 90;
  x.processes = {busy};
  return x;
}

/// A pause after the beat at this second.
pause_event pause_after(int second) {
  pause_event x;
  x.before.awake = 1000s + std::chrono::seconds{second} + 40ms;
  x.expected = 100ms;
  x.duration = 5s;
  x.cause = pause_cause::cpu_wait;
  return x;
}

struct fixture {
  lead_up_policy policy;
  sample_history history{policy};
  event_record composed(int second) {
    return compose_event(pause_after(second), history, policy, culprit_policy{});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(compose_event_tests, fixture)

CAF_TEST(the stress and the culprits are those of the last sample before the pause) {
  for (int i = 1; i <= 10; ++i)
    history.add(at_second(i, i));
  history.add(at_second(15, 40)); // after the pause, received before the pause is
  const auto x = composed(10);
  CAF_REQUIRE(x.stress.has_value());
  CAF_CHECK_EQUAL(x.stress->load.value_or(-1), 10);
  CAF_REQUIRE_EQUAL(x.culprits.size(), 1u);
  CAF_CHECK_EQUAL(x.culprits[0].pid, 10);
  CAF_CHECK_EQUAL(x.lead_up.size(), 10u);
  CAF_CHECK(x.lead_up.back().system.at.wall == 1'700'000'010s);
}

CAF_TEST(the lead up is the last 120 seconds at full resolution) {
  for (int i = 1; i <= 1000; ++i)
    history.add(at_second(i, i % 40));
  const auto x = composed(1000);
  CAF_REQUIRE_EQUAL(x.lead_up.size(), 120u);
  CAF_CHECK(x.lead_up.back().system.at.wall == 1'700'001'000s);
  CAF_CHECK(x.lead_up.front().system.at.wall == 1'700'000'881s);
  CAF_CHECK_EQUAL(x.lead_up.back().stress.load.value_or(-1), 0);
}

CAF_TEST(a sample that comes after a long pause costs it none of its lead up) {
  for (int i = 1; i <= 1000; ++i)
    history.add(at_second(i, 0));
  history.add(at_second(5000, 0));
  const auto x = composed(1000);
  CAF_CHECK_EQUAL(x.lead_up.size(), 120u);
  CAF_CHECK_EQUAL(x.culprits.size(), 1u);
}

CAF_TEST(the history is bounded and keeps processes of the last samples only) {
  for (int i = 1; i <= 5000; ++i)
    history.add(at_second(i, 0));
  CAF_CHECK_LESS_OR_EQUAL(history.samples().size(), 136u);
  std::size_t with = 0;
  for (const auto& x : history.samples())
    with += x.processes.empty() ? 0u : 1u;
  CAF_CHECK_EQUAL(with, policy.with_processes);
}

CAF_TEST(processes that were watched across the gap are suspected in place of those before it) {
  for (int i = 1; i <= 10; ++i)
    history.add(at_second(i, i));
  auto later = at_second(16, 40);
  later.processes_seen = later.system.at.awake;
  later.processes_window = 6s;
  history.add(later);
  auto event = pause_after(10);
  event.after.awake = 1015s;
  const auto x = compose_event(event, history, policy, culprit_policy{});
  CAF_REQUIRE_EQUAL(x.culprits.size(), 1u);
  CAF_CHECK_EQUAL(x.culprits[0].pid, 16);
}

CAF_TEST(processes of a sampler that began after the gap are not suspected) {
  auto later = at_second(16, 40);
  later.processes_seen = later.system.at.awake;
  later.processes_window = 500ms;
  history.add(later);
  auto event = pause_after(10);
  event.after.awake = 1015s;
  CAF_CHECK(compose_event(event, history, policy, culprit_policy{}).culprits.empty());
}

CAF_TEST(a stall has no culprits until it was seen what happened during it) {
  auto calm = at_second(10, 0); // busy, and all was well
  calm.processes_seen = calm.system.at.awake;
  history.add(calm);
  auto event = pause_after(10);
  event.kind = event_kind::stall;
  event.after.awake = 1012s;
  event.stall.emplace().resource = stall_resource::cpu;
  const auto composed = [&] { return compose_event(event, history, policy, culprit_policy{}).culprits; };
  CAF_CHECK(composed().empty());
  const auto watched_until = [&](std::chrono::nanoseconds end) {
    auto x = at_second(11, 0);
    x.system.at.awake = x.processes_seen = end;
    x.processes_window = 1s;
    history.add(x);
  };
  watched_until(1010s + 300ms); // mostly before it
  CAF_CHECK(composed().empty());
  watched_until(1011s);
  const auto found = composed();
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].reason, "used 94 % of a CPU meanwhile");
}

CAF_TEST(a process that filled the memory as a disk began to stall is a culprit though it waits itself from then on) {
  history.add(at_second(10, 0));
  auto event = pause_after(10);
  event.kind = event_kind::stall;
  event.cause = pause_cause::io;
  event.after.awake = 1013s;
  event.stall.emplace().resource = stall_resource::disk;
  const auto watched_until = [&](std::chrono::nanoseconds end, double written) {
    auto x = at_second(11, 0);
    x.system.at.awake = x.processes_seen = end;
    x.processes_window = 1s;
    x.system.io_write = 2e6;
    x.processes[0].io_write = written;
    history.add(x);
  };
  watched_until(1010s + 300ms, 60e6); // mostly before it
  watched_until(1011s + 300ms, 0);
  const auto found = compose_event(event, history, policy, culprit_policy{}).culprits;
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].pid, 11);
}

CAF_TEST(a long stall is judged by the processes of its begin also when it is over) {
  auto event = pause_after(10);
  event.kind = event_kind::stall;
  event.cause = pause_cause::io;
  event.after.awake = event.before.awake + 1s;
  event.stall.emplace().resource = stall_resource::disk;
  const auto watch = [&](int second, double written) {
    auto x = at_second(second, 0);
    x.processes_seen = x.system.at.awake;
    x.processes_window = 1s;
    x.system.io_write = 2e6;
    x.processes[0].io_write = written;
    history.add(x);
  };
  for (int second = 1; second <= 40; ++second) {
    watch(second, second == 11 ? 60e6 : 6e6);
    if (second == 11)
      history.hold(event.before.awake);
  }
  const auto with_processes = [this] {
    return std::count_if(history.samples().begin(), history.samples().end(),
                         [](const scored_sample& x) { return !x.processes.empty(); });
  };
  CAF_CHECK_EQUAL(with_processes(), 8 + 4); // the bound, and those around the begin
  event.stall->is_over = true;
  event.after.awake = event.before.awake + 28s;
  CAF_CHECK(is_begin_known(event, history));
  const auto found = compose_event(event, history, policy, culprit_policy{}).culprits;
  CAF_REQUIRE(!found.empty());
  CAF_CHECK_EQUAL(found[0].pid, 11);
  for (int second = 41; second <= 160; ++second)
    watch(second, 6e6);
  CAF_CHECK(!is_begin_known(event, history));
  CAF_CHECK_EQUAL(with_processes(), 8);
}

CAF_TEST(the process that has to answer and does not is the first culprit) {
  pause_event event;
  event.kind = event_kind::stall;
  event.before.awake = 1010s;
  event.after.awake = 1012s;
  event.duration = 2s;
  stall_facts facts;
  facts.resource = stall_resource::desktop;
  facts.server = serving_process{42, 1.0, "Xorg", 'T', {}};
  explain_stall(event, facts);
  const auto found = compose_event(event, history, policy, culprit_policy{}).culprits;
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].pid, 42);
  CAF_CHECK_EQUAL(found[0].name, "Xorg");
  CAF_CHECK_EQUAL(found[0].reason, "has to answer and did not: it was stopped by a signal");
}

CAF_TEST(a stall that ended before any sample of its time has no culprits) {
  auto event = pause_after(10);
  event.kind = event_kind::stall;
  event.after.awake = 1011s;
  event.stall.emplace().resource = stall_resource::cpu;
  event.stall->is_over = true;
  auto later = at_second(13, 0);
  later.processes_seen = later.system.at.awake;
  later.processes_window = 1s;
  CAF_CHECK(completes(later, event));
  history.add(later);
  CAF_CHECK(find_across(event, history) == nullptr);
  CAF_CHECK(compose_event(event, history, policy, culprit_policy{}).culprits.empty());
}

CAF_TEST(what was written before a pause is no harm if the disks then stood still) {
  auto busy = at_second(10, 0);
  busy.processes[0].io_write = 90e6;
  busy.system.io_write = 90e6;
  history.add(busy);
  auto event = pause_after(10);
  event.cause = pause_cause::io;
  event.after.awake = 1015s;
  CAF_CHECK_EQUAL(compose_event(event, history, policy, culprit_policy{}).culprits.size(), 1u);
  auto still = at_second(16, 0);
  still.system.interval = 6s;
  still.system.io_write = 3e3;
  history.add(still);
  CAF_CHECK(compose_event(event, history, policy, culprit_policy{}).culprits.empty());
}

CAF_TEST(without a sample before it the stress of an event is absent and not zero) {
  history.add(at_second(15, 40));
  const auto x = composed(10);
  CAF_CHECK(!x.stress);
  CAF_CHECK(x.culprits.empty());
  CAF_CHECK(x.lead_up.empty());
}

CAF_TEST(the suspects of critical stress that a disk brought about are those that moved bytes) {
  for (int i = 1; i <= 9; ++i) {
    auto calm = at_second(i, 40);
    calm.stress.io = 0;
    history.add(calm);
  }
  auto last = at_second(10, 40);
  last.stress.io = 20;
  last.system.io_write = 268e6;
  pause_event event;
  event.kind = event_kind::critical;
  event.before = event.after = last.system.at;
  auto quiet = history;
  quiet.add(last);
  CAF_CHECK(compose_event(event, quiet, policy, culprit_policy{}).culprits.empty());
  last.processes[0].name = "dd";
  last.processes[0].io_write = 200e6;
  history.add(last);
  const auto x = compose_event(event, history, policy, culprit_policy{});
  CAF_REQUIRE_EQUAL(x.culprits.size(), 1u);
  CAF_CHECK_EQUAL(x.culprits[0].name, "dd");
}

CAF_TEST(of critical stress that a disk brought about a process is suspected as well that wrote some time before) {
  auto early = at_second(8, 40);
  early.stress.io = 0;
  early.processes[0].io_write = 200e6;
  history.add(early);
  auto last = at_second(10, 40);
  last.stress.io = 20;
  history.add(last);
  pause_event event;
  event.kind = event_kind::critical;
  event.before = event.after = last.system.at;
  const auto x = compose_event(event, history, policy, culprit_policy{});
  CAF_REQUIRE_EQUAL(x.culprits.size(), 1u);
  CAF_CHECK_EQUAL(x.culprits[0].pid, 8);
}

CAF_TEST_FIXTURE_SCOPE_END()
