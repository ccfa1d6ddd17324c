#define CAF_SUITE decide_part_notice

#include "support/notice_fixture.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

const event_id stall_id = mint_event_id(event_kind::stall, 500s);

event_record stall_of(nanoseconds duration, bool is_over = false) {
  event_record x;
  x.event.kind = event_kind::stall;
  x.event.id = stall_id;
  x.event.started = 500s;
  x.event.duration = duration;
  x.event.stall.emplace().is_over = is_over;
  return x;
}

event_record pause_at(nanoseconds started, nanoseconds duration = 3s) {
  event_record x;
  x.event.id = mint_event_id(event_kind::pause, started);
  x.event.started = started;
  x.event.ended = started + duration;
  x.event.duration = duration;
  return x;
}

event_record part_at(nanoseconds started) {
  auto x = pause_at(started);
  x.event.part_of = stall_id;
  return x;
}

struct fixture : notice_fixture {
  void joins(const event_record& x, event_id stall = stall_id) {
    event_amendment joined;
    joined.id = x.event.id;
    joined.part_of = stall;
    receive(joined);
  }
  void end(nanoseconds duration) {
    event_amendment x;
    x.id = stall_id;
    x.over = event_amendment::end{500s + duration, duration};
    receive(x);
  }
  /// Lets time pass second by second, in which the stall is said to go on if it does. @returns what was reported.
  std::vector<notice> live(nanoseconds span) {
    std::vector<notice> result;
    for (const auto until = now + span; now < until; now += 1s) {
      if (!state.stalls.empty()) {
        event_amendment x;
        x.id = stall_id;
        const auto so_far = state.stalls.front().record.event.duration + 1s;
        x.lasts = event_amendment::end{500s + so_far, so_far};
        apply_amendment(state, x, now, policy);
      }
      for (auto& x : take_due(state, now, policy))
        result.push_back(std::move(x));
    }
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(decide_part_notice_tests, fixture)

CAF_TEST(a pause within a stall that is reported has no message of its own) {
  receive(stall_of(1s));
  receive(part_at(502s));
  const auto lasts = live(30s);
  CAF_REQUIRE_EQUAL(lasts.size(), 1u);
  CAF_CHECK(lasts[0].kind == notice_kind::stall);
  receive(part_at(530s));
  CAF_CHECK(live(30s).empty());
}

CAF_TEST(a pause that was pending joins its stall) {
  receive(pause_at(500s));
  receive(pause_at(480s));
  CAF_CHECK(live(2s).empty());
  receive(stall_of(1s));
  joins(pause_at(500s));
  auto reported = live(30s);
  CAF_REQUIRE_EQUAL(reported.size(), 2u);
  CAF_CHECK(reported[0].kind == notice_kind::pause);
  CAF_CHECK_EQUAL(reported[0].pauses, 1u);
  CAF_CHECK_EQUAL(reported[0].total, 3s);
  CAF_CHECK_EQUAL(reported[0].last, 483s);
  CAF_CHECK(reported[1].kind == notice_kind::stall);
}

CAF_TEST(a pause within a stall that is over before it is reported is a freeze) {
  receive(stall_of(1s));
  receive(part_at(502s));
  CAF_CHECK(live(8s).empty());
  end(6s);
  const auto reported = live(30s);
  CAF_REQUIRE_EQUAL(reported.size(), 1u);
  CAF_CHECK(reported[0].kind == notice_kind::pause);
  CAF_CHECK(state.parts.empty());
}

CAF_TEST(a pending pause of a short stall that was over before it was known stays) {
  receive(pause_at(500s));
  receive(stall_of(7s, true));
  joins(pause_at(500s));
  CAF_CHECK_EQUAL(live(30s).size(), 1u);
}

CAF_TEST(a pending pause of a long stall that was over before it was known is dropped) {
  receive(pause_at(500s));
  receive(stall_of(20s, true));
  joins(pause_at(500s));
  const auto reported = live(30s);
  CAF_REQUIRE_EQUAL(reported.size(), 1u);
  CAF_CHECK(reported[0].kind == notice_kind::stall);
}

CAF_TEST(a pause that is released by its stall is a freeze) {
  receive(stall_of(1s));
  receive(part_at(502s));
  CAF_CHECK(live(4s).empty());
  joins(part_at(502s), {});
  const auto reported = live(4s);
  CAF_REQUIRE_EQUAL(reported.size(), 1u);
  CAF_CHECK(reported[0].kind == notice_kind::pause);
}

CAF_TEST(a pause after the end of a stall that was reported is a freeze once that end is known) {
  receive(stall_of(12s));
  CAF_CHECK_EQUAL(live(1s).size(), 1u);
  receive(part_at(540s)); // the stall was over by then, and what watches it was held up
  CAF_CHECK(live(30s).empty());
  end(20s);
  joins(part_at(540s), {});
  const auto reported = live(30s);
  CAF_REQUIRE_EQUAL(reported.size(), 2u);
  CAF_CHECK(reported[0].kind == notice_kind::stall_over);
  CAF_CHECK(reported[1].kind == notice_kind::pause);
  CAF_CHECK_EQUAL(reported[1].pauses, 1u);
  joins(part_at(540s), {}); // once more
  CAF_CHECK(live(90s).empty());
  CAF_CHECK(state.covered.empty());
}

CAF_TEST(a pause within a stall that was a sleep is reported to no one) {
  receive(stall_of(1s));
  receive(part_at(502s));
  event_amendment asleep;
  asleep.id = part_at(502s).event.id;
  asleep.explained = event_amendment::explanation{pause_cause::asleep, confidence::low, {}};
  receive(asleep);
  end(6s);
  CAF_CHECK(live(30s).empty());
}

CAF_TEST(where no stalls are reported a pause within one is a freeze) {
  policy.stall_lasts = false;
  receive(stall_of(1s));
  receive(part_at(502s));
  CAF_CHECK_EQUAL(live(30s).size(), 1u);
}

CAF_TEST(evidence of a pause that joined a stall is not attached to the freeze) {
  receive(pause_at(500s, 5s));
  receive(pause_at(480s));
  capture_report found;
  found.event = pause_at(500s).event.id;
  found.folder = "events/a";
  apply_capture(state, found, now, policy);
  receive(stall_of(1s));
  joins(pause_at(500s));
  const auto reported = live(8s);
  CAF_REQUIRE_EQUAL(reported.size(), 1u);
  CAF_CHECK_EQUAL(reported[0].folder, "");
}

CAF_TEST(pauses within a stall are bounded and what falls off is counted) {
  receive(stall_of(1s));
  for (int i = 0; i < 70; ++i)
    receive(part_at(501s + i * 10s));
  CAF_CHECK_EQUAL(state.parts.size(), 64u);
  CAF_CHECK_EQUAL(state.held_back_ever, 6u);
}

CAF_TEST_FIXTURE_SCOPE_END()
