#define CAF_SUITE join_stall

#include "actors/flight_recorder/join_stall.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

pause_event pause_at(nanoseconds began, nanoseconds length, pause_cause cause = pause_cause::memory) {
  pause_event x;
  x.id = mint_event_id(event_kind::pause, began);
  x.before.awake = began - 100ms;
  x.after.awake = began + length;
  x.duration = length;
  x.cause = cause;
  return x;
}

pause_event stall_at(nanoseconds began, nanoseconds length, bool is_over = false) {
  pause_event x;
  x.kind = event_kind::stall;
  x.id = mint_event_id(event_kind::stall, began);
  x.before.awake = began;
  x.after.awake = began + length;
  x.duration = length;
  x.stall.emplace().is_over = is_over;
  return x;
}

event_amendment end_of(const pause_event& stall, nanoseconds length) {
  event_amendment x;
  x.id = stall.id;
  x.over = event_amendment::end{{}, length};
  return x;
}

struct fixture {
  stall_parts aut;

  /// Takes an event into account and reports all that follows from it.
  std::vector<event_amendment> receive(const pause_event& x) {
    aut.learn(x);
    aut.note_reported(x.id, aut.stall_of(x.id));
    return report();
  }
  std::vector<event_amendment> receive(const event_amendment& x) {
    aut.learn(x);
    return report();
  }
  std::vector<event_amendment> report() {
    const auto result = aut.review();
    for (const auto& x : result)
      aut.note_reported(x.id, x.part_of);
    return result;
  }
};

std::optional<event_id> joined(const pause_event& pause, nanoseconds began, std::optional<nanoseconds> ended) {
  return join_stall(pause, {{stall_at(began, 1s).id, began, ended.value_or(began + 1s), ended.has_value()}});
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(join_stall_tests, fixture)

CAF_TEST(a pause is part of the stall in which at least half of it lies) {
  CAF_CHECK(joined(pause_at(12s, 400ms), 10s, 30s) == stall_at(10s, 1s).id);
  CAF_CHECK(joined(pause_at(9800ms, 400ms), 10s, 30s).has_value());
  CAF_CHECK(!joined(pause_at(9700ms, 400ms), 10s, 30s));
  CAF_CHECK(joined(pause_at(29800ms, 400ms), 10s, 30s).has_value());
  CAF_CHECK(!joined(pause_at(29900ms, 400ms), 10s, 30s));
  CAF_CHECK(!joined(pause_at(31s, 400ms), 10s, 30s));
}

CAF_TEST(a pause that makes up more than half of the stall is an event of its own) {
  CAF_CHECK(joined(pause_at(11s, 2s), 10s, 14s).has_value());
  CAF_CHECK(!joined(pause_at(11s, 2001ms), 10s, 14s));
  CAF_CHECK(!joined(pause_at(10s, 20s), 10s, 14s));
}

CAF_TEST(a pause of the cause of its stall is part of it however long it is) {
  // Real-time work takes the CPUs for nearly a second at a time.
  const auto pause = pause_at(10s, 950ms, pause_cause::cpu_wait);
  auto stall = stall_at(10s, 1500ms, true);
  CAF_CHECK(receive(pause).empty());
  CAF_CHECK(receive(stall).empty()); // of what else that is
  fixture of_cpus;
  of_cpus.receive(pause);
  stall.cause = pause_cause::cpu_wait;
  const auto amended = of_cpus.receive(stall);
  CAF_REQUIRE_EQUAL(amended.size(), 1u);
  CAF_CHECK(amended[0].id == pause.id);
  CAF_CHECK(amended[0].part_of == stall.id);
}

CAF_TEST(a stall that lasts reaches to the end of the pause) {
  CAF_CHECK(joined(pause_at(40s, 5s), 10s, std::nullopt).has_value());
  CAF_CHECK(!joined(pause_at(11s, 30s), 10s, std::nullopt));
  CAF_CHECK(joined(pause_at(10s, 500ms), 10s, std::nullopt).has_value()); // it has lasted for 1 s
  CAF_CHECK(!joined(pause_at(5s, 400ms), 10s, std::nullopt));
}

CAF_TEST(a pause of another making is no part of a stall) {
  for (const auto cause : {pause_cause::asleep, pause_cause::stopped, pause_cause::frozen, pause_cause::quota,
                           pause_cause::stolen, pause_cause::traced})
    CAF_CHECK(!joined(pause_at(12s, 400ms, cause), 10s, 30s));
  for (const auto cause : {pause_cause::cpu_wait, pause_cause::io, pause_cause::memory, pause_cause::interrupts,
                           pause_cause::kernel, pause_cause::own_work, pause_cause::unexplained})
    CAF_CHECK(joined(pause_at(12s, 400ms, cause), 10s, 30s).has_value());
  auto sleep = pause_at(12s, 400ms);
  sleep.kind = event_kind::sleep;
  CAF_CHECK(!joined(sleep, 10s, 30s));
  auto stood_still = pause_at(12s, 400ms, pause_cause::unexplained);
  stood_still.machine_lost_time = true;
  CAF_CHECK(!joined(stood_still, 10s, 30s));
  // A part of it may well be stolen.
  auto held_up = pause_at(12s, 400ms, pause_cause::memory);
  held_up.machine_lost_time = true;
  CAF_CHECK(joined(held_up, 10s, 30s).has_value());
}

CAF_TEST(a pause that reached nothing but pmactor is no part of a stall) {
  for (const auto scope : {pause_scope::daemon_only, pause_scope::daemon_and_sampler}) {
    auto x = pause_at(12s, 400ms);
    x.scope = scope;
    CAF_CHECK(!joined(x, 10s, 30s));
  }
}

CAF_TEST(of two stalls the pause is part of the one that covers more of it and stays there) {
  const std::deque<reported_stall> stalls{{{8}, 10s, 20170ms, true}, {{16}, 15s, 30s, true}};
  const auto x = pause_at(20s, 300ms);
  CAF_CHECK(join_stall(x, stalls) == event_id{16});
  CAF_CHECK(join_stall(x, stalls, event_id{8}) == event_id{8});
}

CAF_TEST(a pause within a stall that is known is part of it from its birth on) {
  receive(stall_at(10s, 1s));
  CAF_CHECK(receive(pause_at(15s, 400ms)).empty());
  CAF_CHECK(aut.stall_of(pause_at(15s, 400ms).id) == stall_at(10s, 1s).id);
}

CAF_TEST(a pause before the word of its stall is amended once) {
  receive(pause_at(10200ms, 400ms));
  receive(pause_at(5s, 400ms));
  const auto found = receive(stall_at(10s, 1s));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].id == pause_at(10200ms, 400ms).id);
  CAF_CHECK(found[0].part_of == stall_at(10s, 1s).id);
  CAF_CHECK(receive(stall_at(10s, 1s)).empty());
  CAF_CHECK(receive(pause_at(10200ms, 400ms)).empty());
}

CAF_TEST(a stall that was over before it was known has its parts too) {
  receive(pause_at(10200ms, 400ms));
  CAF_CHECK_EQUAL(receive(stall_at(10s, 3s, true)).size(), 1u);
  CAF_CHECK(receive(pause_at(14s, 400ms)).empty());
  CAF_CHECK(!aut.stall_of(pause_at(14s, 400ms).id));
}

CAF_TEST(a pause that is long beside a stall that has just begun joins it once it is long) {
  const auto stall = stall_at(10s, 1s);
  receive(stall);
  CAF_CHECK(receive(pause_at(10500ms, 1s)).empty());
  CAF_CHECK(!aut.stall_of(pause_at(10500ms, 1s).id));
  CAF_CHECK_EQUAL(receive(end_of(stall, 9s)).size(), 1u);
  CAF_CHECK(aut.stall_of(pause_at(10500ms, 1s).id) == stall.id);
}

CAF_TEST(a pause is released when it turns out that the stall had ended before it) {
  const auto stall = stall_at(10s, 1s);
  receive(stall);
  receive(pause_at(15s, 400ms));
  const auto found = receive(end_of(stall, 4s));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].part_of == event_id{});
  CAF_CHECK(receive(end_of(stall, 4s)).empty());
}

CAF_TEST(a pause is released when it turns out to be of another making) {
  receive(stall_at(10s, 1s));
  receive(pause_at(15s, 400ms));
  receive(pause_at(16s, 400ms));
  event_amendment scope;
  scope.id = pause_at(15s, 400ms).id;
  scope.scope = pause_scope::daemon_only;
  CAF_CHECK_EQUAL(receive(scope).size(), 1u);
  event_amendment cause;
  cause.id = pause_at(16s, 400ms).id;
  cause.explained = event_amendment::explanation{};
  cause.explained->cause = pause_cause::stopped;
  CAF_CHECK_EQUAL(receive(cause).size(), 1u);
}

CAF_TEST(what was not reported for a failure is reported when the word comes again) {
  receive(pause_at(10200ms, 400ms));
  aut.learn(stall_at(10s, 1s));
  CAF_CHECK_EQUAL(aut.review().size(), 1u); // and then the actor fails
  CAF_CHECK_EQUAL(receive(stall_at(10s, 1s)).size(), 1u);
}

CAF_TEST(what falls off stays as it was reported) {
  receive(stall_at(10s, 3s, true));
  receive(pause_at(11s, 400ms));
  for (int i = 1; i <= 16; ++i)
    CAF_CHECK(receive(stall_at(std::chrono::seconds{100 * i}, 1s)).empty());
  CAF_CHECK(!aut.stall_of(pause_at(11s, 400ms).id));
  for (std::size_t i = 0; i < stall_parts::most_pauses; ++i)
    CAF_CHECK(receive(pause_at(2000s + i * 1s, 400ms)).empty());
  CAF_CHECK(aut.stall_of(pause_at(2000s, 400ms).id) == stall_at(100s, 1s).id);
  receive(pause_at(3000s, 400ms));
  CAF_CHECK(!aut.stall_of(pause_at(2000s, 400ms).id));
}

CAF_TEST_FIXTURE_SCOPE_END()
