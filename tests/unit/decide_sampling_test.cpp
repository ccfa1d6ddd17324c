#define CAF_SUITE decide_sampling

#include "actors/sample_policy/decide_sampling.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

scored_sample sample(double stress, nanoseconds lived = 1s) {
  scored_sample x;
  x.system.interval = x.system.lived = lived;
  x.stress.load = stress; // stands for any part that lasts
  return x;
}

struct run {
  sampling_policy policy;
  mode_state state;
  int stored = 0, elevated = 0, normal = 0, snapshots = 0, alerts = 0, all_clears = 0;

  mode_choice feed(const scored_sample& x) {
    const auto choice = decide_sampling(state, x, policy);
    stored += choice.store;
    elevated += choice.elevated;
    normal += choice.normal;
    snapshots += choice.snapshot;
    alerts += choice.alert;
    all_clears += choice.all_clear;
    return choice;
  }

  void feed(int samples, double stress, nanoseconds lived = 1s) {
    for (int i = 0; i < samples; ++i)
      feed(sample(stress, lived));
  }
};

} // namespace

CAF_TEST(the first sample is stored and then every fifth second) {
  run r;
  std::string seconds;
  for (int i = 0; i < 16; ++i)
    seconds += r.feed(sample(0)).store ? 'S' : '-';
  CAF_CHECK_EQUAL(seconds, "S----S----S----S");
}

CAF_TEST(seconds that are a little short or long still make five) {
  run r;
  for (int i = 0; i < 1001; ++i)
    r.feed(sample(0, i % 2 == 0 ? 960ms : 1040ms));
  CAF_CHECK_EQUAL(r.stored, 201);
}

CAF_TEST(an elevated machine stores every second) {
  run r;
  r.feed(2, 0);
  CAF_CHECK(r.feed(sample(30)).elevated);
  r.feed(9, 35);
  CAF_CHECK_EQUAL(r.stored, 1 + 10);
  CAF_CHECK(r.state.mode == sampling_mode::elevated);
}

CAF_TEST(without the elevated mode storing keeps to its pace) {
  run r;
  r.feed(3, 80);
  CAF_CHECK(r.state.mode == sampling_mode::elevated);
  r.policy.elevation = false; // switched off meanwhile
  r.feed(100, 80);
  CAF_CHECK(r.state.mode == sampling_mode::normal);
  CAF_CHECK_EQUAL(r.normal, 1);
  CAF_CHECK_EQUAL(r.elevated, 1);
  CAF_CHECK(r.stored <= 25);
  CAF_CHECK_EQUAL(r.snapshots, 1); // episodes are judged as ever
}

CAF_TEST(below the threshold nothing is elevated) {
  run r;
  r.feed(100, 29.9);
  CAF_CHECK_EQUAL(r.elevated, 0);
}

CAF_TEST(five calm samples on end lead back to normal) {
  run r;
  r.feed(1, 50);
  r.feed(4, 19);
  r.feed(1, 20); // not calm: the count begins anew
  r.feed(4, 19);
  CAF_CHECK_EQUAL(r.normal, 0);
  CAF_CHECK(r.feed(sample(19)).normal);
  CAF_CHECK(r.state.mode == sampling_mode::normal);
  CAF_CHECK_EQUAL(r.elevated, 1);
  CAF_CHECK(r.state.elevated_for == 0s);
}

CAF_TEST(stress between the thresholds keeps the mode as it is) {
  run r;
  r.feed(50, 25);
  CAF_CHECK(r.state.mode == sampling_mode::normal);
  r.feed(1, 30);
  r.feed(50, 25);
  CAF_CHECK(r.state.mode == sampling_mode::elevated);
}

// The origin design took lateness for stress: the faster sampling made every sample late, and the
// lateness held the faster sampling for ever.
CAF_TEST(latency alone never elevates and cannot hold an elevated mode) {
  run r;
  auto late = sample(0);
  late.stress.latency = 30;
  for (int i = 0; i < 1000; ++i)
    r.feed(late);
  CAF_CHECK_EQUAL(r.elevated, 0);
  r.feed(1, 40);
  for (int i = 0; i < 5; ++i)
    r.feed(late);
  CAF_CHECK_EQUAL(r.normal, 1);
}

CAF_TEST(one stressed minute in an idle hour elevates once and ends) {
  run r;
  r.feed(1800, 2);
  r.feed(60, 45);
  r.feed(1740, 2);
  CAF_CHECK_EQUAL(r.elevated, 1);
  CAF_CHECK_EQUAL(r.normal, 1);
  CAF_CHECK_EQUAL(r.snapshots, 0);
  CAF_CHECK_EQUAL(r.alerts, 0);
  CAF_CHECK(r.stored < 3600 / 5 + 60 + 5);
}

CAF_TEST(a critical episode has one snapshot and one alert and one all clear) {
  run r;
  CAF_CHECK(r.feed(sample(60)).snapshot);
  int until_alert = 1;
  while (!r.feed(sample(75)).alert && until_alert < 100)
    ++until_alert;
  CAF_CHECK_EQUAL(until_alert, 30);
  r.feed(3000, 80);
  r.feed(200, 50); // neither critical nor a relief
  r.feed(3000, 61);
  r.feed(4, 10);
  CAF_CHECK_EQUAL(r.all_clears, 0);
  r.feed(1, 10);
  CAF_CHECK_EQUAL(r.all_clears, 1);
  CAF_CHECK_EQUAL(r.snapshots, 1);
  CAF_CHECK_EQUAL(r.alerts, 1);
  r.feed(100, 0);
  CAF_CHECK_EQUAL(r.all_clears, 1);
  r.feed(40, 90);
  CAF_CHECK_EQUAL(r.snapshots, 2);
  CAF_CHECK_EQUAL(r.alerts, 2);
}

CAF_TEST(a short critical episode raises no alert and needs no all clear) {
  run r;
  r.feed(20, 70);
  r.feed(100, 0);
  CAF_CHECK_EQUAL(r.snapshots, 1);
  CAF_CHECK_EQUAL(r.alerts, 0);
  CAF_CHECK_EQUAL(r.all_clears, 0);
}

CAF_TEST(a pause does not count as time under stress) {
  run r;
  r.feed(5, 70);
  auto late = sample(70);
  late.system.interval = 600s; // with ten minutes of pause in it
  r.feed(late);
  CAF_CHECK_EQUAL(r.alerts, 0);
  CAF_CHECK(r.state.critical_for == 5s);
  CAF_CHECK(r.state.elevated_for == 5s);
}

CAF_TEST(learning stores and never elevates or captures or alerts) {
  run r;
  r.policy.learning = true;
  r.feed(1001, 100);
  CAF_CHECK_EQUAL(r.stored, 201);
  CAF_CHECK_EQUAL(r.elevated + r.snapshots + r.alerts + r.all_clears, 0);
}

CAF_TEST(a replay of slow samples stores each of them) {
  run r;
  r.policy.period = 5s;
  r.feed(100, 0, 5s + 10ms);
  CAF_CHECK_EQUAL(r.stored, 100);
}

CAF_TEST(a policy of one second stores them all) {
  run r;
  r.policy.normal_every = 1s;
  for (int i = 0; i < 100; ++i)
    r.feed(sample(0, i % 2 == 0 ? 400ms : 1s)); // also while making up for lost ones
  CAF_CHECK_EQUAL(r.stored, 100);
}
