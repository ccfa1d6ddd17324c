#define CAF_SUITE decide_scope

#include "actors/pause_detector/decide_scope.hpp"

#include <optional>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const scope_policy policy;

struct fixture {
  std::chrono::nanoseconds now = 1000s;
  witness_line witness{policy};

  /// The child's next window, read as soon as it was written by default.
  void document(std::chrono::nanoseconds elapsed, std::optional<std::chrono::nanoseconds> read = {},
                std::optional<char> state = {}) {
    now += elapsed;
    witness.add({clock_sample{0s, read.value_or(now + 2ms), 0s}, elapsed, state});
  }
  void healthy_minute() {
    for (int i = 0; i < 60; ++i)
      document(1s);
  }
  static pause_event pause(std::chrono::nanoseconds began, std::chrono::nanoseconds ended) {
    pause_event x;
    x.after.total = ended;
    x.duration = ended - began;
    x.uncertainty = 50ms;
    x.cause = pause_cause::cpu_wait;
    return x;
  }
  std::optional<pause_scope> scope(const pause_event& x, std::chrono::nanoseconds received) {
    return decide_scope(x, witness, received, policy);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(decide_scope_tests, fixture)

CAF_TEST(a child that wrote meanwhile means a pause of the daemon only) {
  healthy_minute();
  const auto began = now + 300ms;
  const auto ended = now + 3300ms;
  for (int i = 0; i < 4; ++i)
    document(1s, std::max(ended, now + 1s) + 2ms);
  CAF_CHECK(scope(pause(began, ended), ended + 10ms) == pause_scope::daemon_only);
}

CAF_TEST(a child that wrote more meanwhile than is remembered ran on as well) {
  healthy_minute();
  const auto began = now + 300ms;
  const auto ended = now + 90'300ms;
  for (int i = 0; i < 90; ++i)
    document(1s, ended + 2ms);
  CAF_CHECK(scope(pause(began, ended), ended + 10ms) == pause_scope::daemon_only);
}

CAF_TEST(a line that has just begun says nothing however many were lost before) {
  healthy_minute();
  witness.add({});
  const auto began = now + 300ms;
  const auto ended = now + 11'300ms;
  for (int i = 0; i < 2; ++i)
    document(1s, ended + 2ms);
  CAF_CHECK(scope(pause(began, ended), ended + 10s) == pause_scope::unknown);
}

CAF_TEST(a child that was late as well means a pause of the system) {
  healthy_minute();
  const auto began = now + 300ms;
  const auto ended = now + 3300ms;
  CAF_CHECK(!scope(pause(began, ended), ended + 1ms));
  document(3302ms);
  CAF_CHECK(scope(pause(began, ended), ended + 10ms) == pause_scope::system);
}

CAF_TEST(a child that was about to end its window as the pause ended proves nothing) {
  healthy_minute();
  const auto ended = now + 1055ms;
  const auto began = ended - 400ms;
  document(1003ms); // 52 ms before the end, and was due 55 ms before it
  CAF_CHECK(scope(pause(began, ended), now) == pause_scope::unknown);
  const auto later = now + 1062ms;
  document(1003ms); // 59 ms before the end, and was due 62 ms before it
  CAF_CHECK(scope(pause(later - 400ms, later), now) == pause_scope::unknown);
}

CAF_TEST(a child that was late before the pause proves nothing) {
  healthy_minute();
  const auto ended = now + 71'200ms; // the machine slept for 70 s and the child with it
  const auto began = ended - 400ms;
  document(71'300ms);
  CAF_CHECK(scope(pause(began, ended), now) == pause_scope::unknown);
}

CAF_TEST(a child that an earlier pause made late proves nothing) {
  healthy_minute();
  const auto earlier = now + 700ms;
  const auto began = now + 900ms;
  const auto ended = now + 1300ms;
  document(1400ms);
  CAF_CHECK(scope(pause(began, ended), now) == pause_scope::system);
  CAF_CHECK(decide_scope(pause(began, ended), witness, now, policy, earlier) == pause_scope::unknown);
}

CAF_TEST(a child that keeps no time proves nothing by being late) {
  healthy_minute();
  for (int i = 0; i < 29; ++i)
    document(10ms); // a burst, and the usual window is a short one
  for (int i = 0; i < 4; ++i)
    document(1s);
  const auto began = now + 5ms;
  const auto ended = began + 290ms;
  document(600ms);
  CAF_CHECK(scope(pause(began, ended), ended + 400ms) == pause_scope::unknown);
}

CAF_TEST(a child whose last windows are not as long as the median proves nothing by being late) {
  for (int i = 0; i < 8; ++i)
    document(10ms);
  document(853ms);
  for (int i = 0; i < 6; ++i)
    document(1s);
  const auto began = now + 700ms;
  const auto ended = now + 980ms;
  document(1s);
  CAF_CHECK(scope(pause(began, ended), ended + 30ms) == pause_scope::unknown);
}

CAF_TEST(documents that were lost do not lay the others too early) {
  healthy_minute();
  now += 20s; // so many were dropped
  witness.add({});
  document(1s);
  for (int i = 0; i < 3; ++i)
    document(1s);
  const auto began = now + 300ms;
  const auto ended = now + 4300ms;
  document(4302ms);
  CAF_CHECK(scope(pause(began, ended), ended + 10ms) == pause_scope::system);
}

CAF_TEST(a short pause that the child slept through proves nothing) {
  healthy_minute();
  const auto began = now + 300ms;
  const auto ended = now + 700ms;
  CAF_CHECK(!scope(pause(began, ended), ended));
  document(1s);
  CAF_CHECK(scope(pause(began, ended), now) == pause_scope::unknown);
}

CAF_TEST(a short pause in which the child was due has a scope) {
  healthy_minute();
  const auto began = now + 800ms;
  const auto ended = now + 1300ms;
  auto alone = witness;
  document(1s, ended + 1ms);
  CAF_CHECK(scope(pause(began, ended), ended + 5ms) == pause_scope::daemon_only);
  witness = alone;
  now -= 1s;
  document(1303ms);
  CAF_CHECK(scope(pause(began, ended), ended + 5ms) == pause_scope::system);
}

CAF_TEST(a scope comes as soon as the pause is over or never however seldom the child looks) {
  for (int i = 0; i < 10; ++i)
    document(60s);
  const auto settled = witness;
  const auto last = now;
  const auto waiting = pause(last + 20s, last + 25s); // the child was not due before it ended
  CAF_CHECK(!scope(waiting, last + 59s));
  for (const auto late : {0s, 1s, 30s}) {
    witness = settled;
    now = last;
    document(60s + late);
    CAF_CHECK(scope(waiting, now) == pause_scope::unknown);
  }
  witness = settled;
  now = last;
  document(62s);
  CAF_CHECK(scope(pause(last + 57s, last + 62s), last + 62s) == pause_scope::system);
  witness = settled;
  now = last;
  document(60s, last + 62s);
  CAF_CHECK(scope(pause(last + 57s, last + 62s), last + 62s) == pause_scope::daemon_only);
}

CAF_TEST(a child that is gone is not waited for) {
  healthy_minute();
  const auto x = pause(now + 300ms, now + 3300ms);
  CAF_CHECK(!scope(x, x.after.total + 2900ms));
  CAF_CHECK(scope(x, x.after.total + 3100ms) == pause_scope::unknown);
  CAF_CHECK(decide_scope(x, witness_line{}, x.after.total + 4s, policy) == pause_scope::unknown);
}

CAF_TEST(two documents that wait for the daemon are laid where they were written) {
  healthy_minute();
  const auto start = now;
  document(1s, start + 9s);
  document(1s, start + 9s);
  const auto off = witness.windows().back().ended - (start + 2s);
  CAF_CHECK_LESS(std::abs(to_seconds(off)), 0.003);
}

CAF_TEST(after a restart of the child its line is laid anew) {
  healthy_minute();
  now += 7s; // it was away
  for (int i = 0; i < 6; ++i)
    document(1s);
  const auto off = now - witness.windows().back().ended;
  CAF_CHECK_LESS(std::abs(to_seconds(off)), 0.01);
  const auto began = now + 300ms;
  const auto ended = now + 3300ms;
  document(3302ms);
  CAF_CHECK(scope(pause(began, ended), ended + 10ms) == pause_scope::system);
}

CAF_TEST(the usual window is the median and needs three) {
  CAF_CHECK(!witness.usual());
  document(1s);
  document(90s);
  CAF_CHECK(!witness.usual());
  document(1s);
  CAF_CHECK(witness.usual() == 1s);
}

CAF_TEST(what reaches pmactor and its child alone is no pause of the machine) {
  healthy_minute();
  auto x = pause(now + 300ms, now + 3300ms);
  document(3302ms);
  for (const auto cause : {pause_cause::stopped, pause_cause::frozen, pause_cause::quota,
                           pause_cause::traced, pause_cause::unexplained}) {
    x.cause = cause;
    CAF_CHECK(scope(x, now) == pause_scope::daemon_and_sampler);
  }
  for (const auto cause : {pause_cause::io, pause_cause::memory, pause_cause::stolen,
                           pause_cause::interrupts, pause_cause::kernel}) {
    x.cause = cause;
    CAF_CHECK(scope(x, now) == pause_scope::system);
  }
  x.cause = pause_cause::unexplained; // but by what took every CPU
  x.machine_lost_time = true;
  CAF_CHECK(scope(x, now) == pause_scope::system);
}

namespace {

pause_event claimed_stop(pause_event x) {
  x.cause = pause_cause::stopped;
  x.sure = confidence::medium;
  x.book[pause_cause::stopped] = {x.duration - 100ms, "SIGCONT received"};
  x.book[pause_cause::cpu_wait] = {100ms, "waited"};
  return x;
}

} // namespace

CAF_TEST(the state in which the child saw the daemon is that within the pause) {
  healthy_minute();
  const auto began = now + 300ms;
  const auto ended = now + 3300ms;
  const auto x = pause(began, ended);
  document(1s, ended + 2ms, 'T');
  CAF_CHECK(see_daemon(x, witness, policy) == 'T');
  document(1s, ended + 2ms);
  document(1s, ended + 2ms, 't');
  CAF_CHECK(see_daemon(x, witness, policy) == 't');
  document(1s, now + 2ms, 'S'); // it runs again
  CAF_CHECK(see_daemon(x, witness, policy) == 't');
  CAF_CHECK(!see_daemon(pause(began - 10s, began - 5s), witness, policy));
}

CAF_TEST(a state that was seen as the pause may not have begun yet says nothing) {
  healthy_minute();
  const auto began = now + 900ms;
  document(1s, {}, 'S');
  CAF_CHECK(!see_daemon(pause(began, began + 3s), witness, policy));
}

CAF_TEST(a stop that was seen is sure) {
  const auto x = with_sight(claimed_stop(pause(10s, 12s)), 'T');
  CAF_CHECK(x.cause == pause_cause::stopped);
  CAF_CHECK(x.sure == confidence::high);
  CAF_CHECK(x.book[pause_cause::stopped].length == 1900ms);
  CAF_CHECK(x.book.total() == x.duration);
}

CAF_TEST(a stop that was seen to be a trace is called one) {
  const auto x = with_sight(claimed_stop(pause(10s, 12s)), 't');
  CAF_CHECK(x.cause == pause_cause::traced);
  CAF_CHECK(x.sure == confidence::high);
  CAF_CHECK(x.book[pause_cause::stopped].length == 0ns);
  CAF_CHECK(x.book[pause_cause::cpu_wait].length == 100ms); // what was measured stays
  CAF_CHECK(x.book.total() == x.duration);
}

CAF_TEST(a stop that was seen to be none is unexplained) {
  const auto x = with_sight(claimed_stop(pause(10s, 12s)), 'S');
  CAF_CHECK(x.cause == pause_cause::unexplained);
  CAF_CHECK(x.sure == confidence::low);
  CAF_CHECK(x.book.total() == x.duration);
  auto other = pause(10s, 12s); // which was never said to be a stop
  other.book[pause_cause::cpu_wait] = {2s, "waited"};
  CAF_CHECK(with_sight(other, 'S') == other);
}

CAF_TEST(a pause without a cause that was seen to be a stop is one) {
  auto x = pause(10s, 12s);
  x.cause = pause_cause::unexplained;
  x.book[pause_cause::unexplained] = {2s, "no counter moved that would explain it"};
  x = with_sight(x, 'T');
  CAF_CHECK(x.cause == pause_cause::stopped);
  CAF_CHECK(x.sure == confidence::high);
}

CAF_TEST(a pause that no counter measured is looked at until the child has passed it) {
  healthy_minute();
  const auto ended = now + 3300ms;
  auto x = pause(now + 300ms, ended);
  document(1s, ended + 2ms);
  CAF_CHECK(!may_be_seen(x, witness, ended, policy)); // it waited for a CPU, and that is known
  x.cause = pause_cause::stopped;
  CAF_CHECK(may_be_seen(x, witness, ended, policy));
  CAF_CHECK(!may_be_seen(x, witness, ended + 4s, policy)); // the child is gone
  for (int i = 0; i < 3; ++i)
    document(1s, std::max(ended, now + 1s) + 2ms);
  CAF_CHECK(!may_be_seen(x, witness, ended + 1s, policy));
}

CAF_TEST_FIXTURE_SCOPE_END()
