#define CAF_SUITE decide_restart

#include "actors/supervision/decide_restart.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a restart type and an exit kind decide whether a child comes back) {
  struct row {
    restart_type type;
    exit_kind kind;
    bool restarted;
  };
  const row grid[] = {
    {restart_type::permanent, exit_kind::normal, true},
    {restart_type::permanent, exit_kind::shutdown, true},
    {restart_type::permanent, exit_kind::abnormal, true},
    {restart_type::transient, exit_kind::normal, false},
    {restart_type::transient, exit_kind::shutdown, false},
    {restart_type::transient, exit_kind::abnormal, true},
    {restart_type::temporary, exit_kind::normal, false},
    {restart_type::temporary, exit_kind::shutdown, false},
    {restart_type::temporary, exit_kind::abnormal, false},
  };
  for (const auto& x : grid) {
    CAF_MESSAGE(to_string(x.type) << " after " << to_string(x.kind));
    CAF_CHECK_EQUAL(is_restarted(x.type, x.kind), x.restarted);
  }
}

CAF_TEST(the intensity is the last number of restarts that is allowed) {
  for (std::uint32_t intensity : {0u, 1u, 5u, 10u}) {
    restart_policy policy;
    policy.intensity = intensity;
    for (std::size_t restarts = 1; restarts <= 12; ++restarts)
      CAF_CHECK_EQUAL(decide_restart(restarts, policy),
                      restarts <= intensity ? exit_action::restart : exit_action::give_up);
  }
}

CAF_TEST(only restarts within the period count) {
  const restart_policy policy{10, 10s, 100ms, 5s};
  restart_history history;
  CAF_CHECK_EQUAL(history.note(0s, policy), 1u);
  CAF_CHECK_EQUAL(history.note(5s, policy), 2u);
  CAF_CHECK_EQUAL(history.note(10s, policy), 3u); // the first is just within
  CAF_CHECK_EQUAL(history.note(10s + 1ns, policy), 3u);
  CAF_CHECK_EQUAL(history.note(1000s, policy), 1u);
}

CAF_TEST(no more restarts are remembered than the intensity needs) {
  const restart_policy policy{2, 10s, 100ms, 5s};
  restart_history history;
  for (int i = 0; i < 100; ++i)
    history.note(0s, policy);
  CAF_CHECK_EQUAL(history.note(0s, policy), 3u);
}

CAF_TEST(the first restart is at once and later ones wait twice as long each) {
  const restart_policy policy{10, 60s, 100ms, 5s};
  const std::chrono::nanoseconds expected[]
    = {0ms, 0ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5s, 5s, 5s};
  for (std::size_t n = 0; n < std::size(expected); ++n)
    CAF_CHECK_EQUAL(backoff(n, policy).count(), expected[n].count());
  CAF_CHECK_EQUAL(backoff(1'000'000, policy).count(), std::chrono::nanoseconds{5s}.count());
}

CAF_TEST(a strategy names who is restarted along) {
  using list = std::vector<std::size_t>;
  for (std::size_t failed = 0; failed < 4; ++failed) {
    CAF_CHECK_EQUAL(restarted_with(failed, 4, restart_strategy::one_for_one), list{failed});
    list rest;
    for (auto i = failed; i < 4; ++i)
      rest.push_back(i);
    CAF_CHECK_EQUAL(restarted_with(failed, 4, restart_strategy::rest_for_one), rest);
  }
}
