#define CAF_SUITE decide_restart

#include "actors/supervision/decide_restart.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the intensity is the last number of restarts that is allowed) {
  for (std::uint32_t intensity : {0u, 1u, 5u, 10u}) {
    supervisor_policy policy;
    policy.intensity = intensity;
    for (std::size_t restarts = 1; restarts <= 12; ++restarts)
      CAF_CHECK_EQUAL(decide_restart(restarts, policy),
                      restarts <= intensity ? exit_action::restart : exit_action::give_up);
  }
}

CAF_TEST(only restarts within the period count) {
  const supervisor_policy policy{10, 10s, 100ms, 5s};
  restart_history history;
  CAF_CHECK_EQUAL(history.note(0s, policy), 1u);
  CAF_CHECK_EQUAL(history.note(5s, policy), 2u);
  CAF_CHECK_EQUAL(history.note(10s, policy), 3u); // the first is just within
  CAF_CHECK_EQUAL(history.note(10s + 1ns, policy), 3u);
  CAF_CHECK_EQUAL(history.note(1000s, policy), 1u);
}

CAF_TEST(no more restarts are remembered than the intensity needs) {
  const supervisor_policy policy{2, 10s, 100ms, 5s};
  restart_history history;
  for (int i = 0; i < 100; ++i)
    history.note(0s, policy);
  CAF_CHECK_EQUAL(history.note(0s, policy), 3u);
}

CAF_TEST(the third failure in a row before any work drops what the child remembers) {
  for (unsigned failures = 0; failures < 3; ++failures)
    CAF_CHECK(!drops_memory(failures));
  CAF_CHECK(drops_memory(3));
  CAF_CHECK(drops_memory(4));
}

CAF_TEST(the first restart is at once and later ones wait twice as long each) {
  const supervisor_policy policy{10, 60s, 100ms, 5s};
  const std::chrono::nanoseconds expected[]
    = {0ms, 0ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5s, 5s, 5s};
  for (std::size_t n = 0; n < std::size(expected); ++n)
    CAF_CHECK_EQUAL(restart_delay(n, policy).count(), expected[n].count());
  CAF_CHECK_EQUAL(restart_delay(1'000'000, policy).count(), std::chrono::nanoseconds{5s}.count());
}
