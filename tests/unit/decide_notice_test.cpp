#define CAF_SUITE decide_notice

#include <memory>

#include "support/notice_fixture.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

event_record pause_at(nanoseconds started, nanoseconds duration) {
  event_record x;
  x.event.id = mint_event_id(event_kind::pause, started);
  x.event.started = started;
  x.event.ended = started + duration;
  x.event.duration = duration;
  x.event.cause = pause_cause::io;
  x.event.sure = confidence::high;
  return x;
}

event_amendment amended(const event_record& x, pause_scope scope) {
  event_amendment result;
  result.id = x.event.id;
  result.scope = scope;
  return result;
}

capture_report capture(const std::string& folder, nanoseconds started = 0s) {
  capture_report x;
  x.event = mint_event_id(event_kind::pause, started);
  x.folder = folder;
  x.findings = {"Two processes waited.", "The disk was busy."};
  return x;
}

struct fixture : notice_fixture {
  using notice_fixture::receive;
  void receive(stress_change change, std::uint64_t tick, nanoseconds lasted = 30s) {
    stress_alert x;
    x.change = change;
    x.tick = tick;
    x.lasted = lasted;
    apply_alert(state, x, now, policy);
  }
  std::vector<notice> due() {
    return take_due(state, now, policy);
  }
  /// Lets time pass second by second. @returns all that was sent.
  std::vector<notice> live(nanoseconds span) {
    std::vector<notice> result;
    for (const auto end = now + span; now < end;) {
      now += 1s;
      for (auto& x : due())
        result.push_back(std::move(x));
    }
    return result;
  }
  std::vector<notice> faults(const std::vector<fault>& all, nanoseconds span) {
    std::vector<notice> result;
    for (const auto end = now + span; now < end;) {
      now += 10s;
      apply_faults(state, all, now, policy);
      for (auto& x : due())
        result.push_back(std::move(x));
    }
    return result;
  }
};

std::size_t held_back(const notice& x, notice_kind kind) {
  return x.held_back[static_cast<std::size_t>(kind)];
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(decide_notice_tests, fixture)

CAF_TEST(a freeze is reported once when it has settled) {
  receive(pause_at(50s, 12300ms));
  CAF_CHECK(due().empty());
  CAF_CHECK_EQUAL(next_due(state, policy).value_or(0s), now + policy.settle);
  const auto sent = live(3600s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::pause);
  CAF_CHECK_EQUAL(sent[0].pauses, 1u);
  CAF_CHECK_EQUAL(sent[0].total, nanoseconds{12300ms});
  CAF_CHECK(!next_due(state, policy));
}

CAF_TEST(what the second witness says in time is part of the message) {
  const auto pause = pause_at(50s, 3s);
  receive(pause);
  now += 1s;
  receive(amended(pause, pause_scope::daemon_only));
  const auto sent = live(60s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK(sent[0].longest->event.scope == pause_scope::daemon_only);
}

CAF_TEST(an event that is amended after it was reported is not reported again) {
  const auto pause = pause_at(50s, 3s);
  receive(pause);
  CAF_CHECK_EQUAL(live(10s).size(), 1u);
  receive(amended(pause, pause_scope::system));
  receive(pause); // its sender did not receive the acknowledgement
  CAF_CHECK(live(3600s).empty());
}

CAF_TEST(pauses in a row are one freeze) {
  for (int i = 0; i < 4; ++i) {
    receive(pause_at(50s + i * 4s, i == 2 ? 3s : 2s));
    CAF_CHECK(live(2s).empty());
  }
  const auto sent = live(60s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].pauses, 4u);
  CAF_CHECK_EQUAL(sent[0].total, nanoseconds{9s});
  CAF_CHECK_EQUAL(sent[0].longest->event.duration, nanoseconds{3s});
  CAF_CHECK_EQUAL(sent[0].first, nanoseconds{50s});
  CAF_CHECK_EQUAL(sent[0].last, nanoseconds{64s});
}

CAF_TEST(a freeze that never settles is reported all the same) {
  std::size_t sent = 0;
  for (int i = 0; i < 20; ++i) {
    receive(pause_at(50s + i * 3s, 2s));
    sent += live(2s).size();
  }
  CAF_CHECK_EQUAL(sent, 1u);
}

CAF_TEST(a short pause and a sleep are never reported) {
  receive(pause_at(50s, 1900ms));
  auto sleep = pause_at(60s, 8h);
  sleep.event.kind = event_kind::sleep;
  receive(sleep);
  CAF_CHECK(live(3600s).empty());
}

CAF_TEST(freezes within the cooldown are gathered and none is lost) {
  receive(pause_at(50s, 2s));
  CAF_CHECK_EQUAL(live(5s).size(), 1u);
  for (int i = 0; i < 100; ++i) {
    receive(pause_at(100s + i * 1s, i == 70 ? 5s : 2s));
    now += 100ms;
  }
  CAF_CHECK(live(40s).empty());
  const auto sent = live(60s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].pauses, 100u);
  CAF_CHECK_EQUAL(sent[0].total, nanoseconds{203s});
  CAF_CHECK_EQUAL(sent[0].longest->event.duration, nanoseconds{5s});
}

CAF_TEST(there are only so many messages in an hour) {
  std::size_t sent = 0, pauses = 0;
  const auto count = [&](const std::vector<notice>& xs) {
    for (const auto& x : xs) {
      ++sent;
      pauses += x.pauses;
    }
  };
  for (int i = 0; i < 30; ++i) {
    receive(pause_at(std::chrono::seconds{1000 * i}, 2s));
    count(live(119s));
  }
  CAF_CHECK_EQUAL(sent, policy.most_per_hour);
  count(live(3600s));
  CAF_CHECK_EQUAL(sent, policy.most_per_hour + 1);
  CAF_CHECK_EQUAL(pauses, 30u);
}

CAF_TEST(critical stress is reported once and so is its end) {
  event_record episode;
  episode.event.kind = event_kind::critical;
  episode.culprits = {{7, std::nullopt, "stress-ng", "used 380 % of a CPU"}};
  receive(episode);
  receive(stress_change::critical, 40);
  receive(stress_change::critical, 40); // sent again
  auto sent = live(60s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::critical);
  CAF_REQUIRE_EQUAL(sent[0].culprits.size(), 1u);
  receive(stress_change::relieved, 90, 80s);
  sent = live(60s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::all_clear);
  receive(stress_change::relieved, 95);
  CAF_CHECK(live(60s).empty());
}

CAF_TEST(what is held back is said by the next message and has no all clear) {
  receive(stress_change::critical, 10);
  CAF_CHECK_EQUAL(live(2s).size(), 1u);
  receive(stress_change::relieved, 20);
  CAF_CHECK_EQUAL(live(2s).size(), 1u);
  receive(stress_change::critical, 30);
  receive(stress_change::relieved, 40);
  CAF_CHECK(live(10s).empty());
  receive(pause_at(50s, 2s));
  const auto sent = live(10s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(held_back(sent[0], notice_kind::critical), 1u);
  CAF_CHECK_EQUAL(state.held_back_ever, 1u);
  receive(pause_at(150s, 2s));
  const auto next = live(100s);
  CAF_REQUIRE_EQUAL(next.size(), 1u);
  CAF_CHECK_EQUAL(held_back(next[0], notice_kind::critical), 0u);
}

CAF_TEST(an all clear comes also when no more messages are allowed) {
  policy.most_per_hour = 1;
  receive(stress_change::critical, 10);
  receive(stress_change::relieved, 20);
  CAF_CHECK_EQUAL(due().size(), 2u);
}

CAF_TEST(an alert that is delivered again is ignored and another of the same second is not) {
  policy.elevated_entered = true;
  policy.cooldown = 0s;
  receive(stress_change::elevated, 7);
  receive(stress_change::critical, 7); // of the same sample
  receive(stress_change::elevated, 7); // delivered again
  receive(stress_change::critical, 7);
  receive(stress_change::relieved, 7);
  const auto sent = due();
  CAF_REQUIRE_EQUAL(sent.size(), 3u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::elevated);
  CAF_CHECK_EQUAL(sent[1].kind, notice_kind::critical);
  CAF_CHECK_EQUAL(sent[2].kind, notice_kind::all_clear);
}

CAF_TEST(elevated stress is reported only if asked for) {
  receive(stress_change::elevated, 1);
  CAF_CHECK(live(10s).empty());
  policy.elevated_entered = true;
  receive(stress_change::elevated, 2);
  const auto sent = live(10s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::elevated);
}

CAF_TEST(each kind has its switch and learning switches all off) {
  const auto silent = [this] {
    state = {};
    receive(pause_at(50s, 9s));
    receive(stress_change::critical, 1);
    receive(stress_change::relieved, 2);
    apply_capture(state, capture("events/a"), now, policy);
    return live(60s).empty() && faults({{"storage-writer", "The disk is full."}}, 300s).empty();
  };
  policy = {};
  policy.pause_detected = policy.critical_stress = policy.monitor_degraded = false;
  CAF_CHECK(silent());
  policy = {};
  policy.enabled = false;
  CAF_CHECK(silent());
  policy = {};
  policy.learning = true;
  CAF_CHECK(silent());
}

CAF_TEST(a freeze that waits is dropped when messages are switched off) {
  receive(pause_at(50s, 2s));
  policy.enabled = false;
  CAF_CHECK(live(60s).empty());
  CAF_CHECK(!next_due(state, policy));
  policy.enabled = true;
  CAF_CHECK(live(60s).empty());
}

CAF_TEST(a capture is reported once if asked for) {
  policy.forensics_completed = true;
  apply_capture(state, capture("events/a"), now, policy);
  apply_capture(state, capture("events/a"), now, policy);
  const auto sent = live(10s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].folder, "events/a");
  CAF_CHECK_EQUAL(sent[0].finding, "Two processes waited.");
}

CAF_TEST(a capture that ends in time is part of the message of the freeze) {
  policy.forensics_completed = true;
  receive(pause_at(50s, 2s));
  receive(pause_at(60s, 5s));
  apply_capture(state, capture("events/long", 60s), now, policy);
  apply_capture(state, capture("events/short", 50s), now, policy);
  apply_capture(state, capture(""), now, policy); // skipped
  const auto sent = live(3600s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].folder, "events/long");
  CAF_CHECK_EQUAL(sent[0].event.value, mint_event_id(event_kind::pause, 60s).value);
}

CAF_TEST(what does not work is reported when it lasts and once more when it is over) {
  const std::vector<fault> broken{{"storage-writer", "The disk is full."}};
  CAF_CHECK(faults(broken, 60s).empty());
  auto sent = faults(broken, 600s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::degraded);
  CAF_CHECK_EQUAL(sent[0].faults, broken);
  CAF_CHECK(faults({}, 50s).empty());
  CAF_CHECK(faults(broken, 600s).empty()); // it had come back too soon
  sent = faults({}, 600s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].kind, notice_kind::recovered);
  CAF_CHECK(state.troubles.empty());
}

CAF_TEST(what breaks and mends at once is not reported) {
  for (int i = 0; i < 10; ++i) {
    CAF_CHECK(faults({{"powermetrics-reader", "It is started again."}}, 30s).empty());
    CAF_CHECK(faults({}, 90s).empty());
  }
}

CAF_TEST(two troubles at a time are one message) {
  const auto sent = faults({{"a", "One."}, {"b", "Two."}}, 100s);
  CAF_REQUIRE_EQUAL(sent.size(), 1u);
  CAF_CHECK_EQUAL(sent[0].faults.size(), 2u);
}

CAF_TEST(what is remembered has bounds) {
  policy.cooldown = 24h;
  receive(pause_at(1s, 2s));
  CAF_CHECK_EQUAL(live(5s).size(), 1u);
  for (int i = 1; i <= 1000; ++i)
    receive(pause_at(std::chrono::seconds{10 * i}, 2s));
  CAF_CHECK_LESS(state.freeze.size(), 100u);
  CAF_CHECK_LESS(state.known.size(), 300u);
  CAF_CHECK_EQUAL(state.pauses, 1000u);
  std::vector<fault> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back({std::to_string(i), "It does not work."});
  apply_faults(state, many, now, policy);
  CAF_CHECK_LESS(state.troubles.size(), 100u);
}

CAF_TEST_FIXTURE_SCOPE_END()
