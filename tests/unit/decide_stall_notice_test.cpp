#define CAF_SUITE decide_stall_notice

#include "actors/notifier/compose_notice.hpp"
#include "actors/notifier/decide_notice.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_record stall_of(std::chrono::nanoseconds duration, bool is_over) {
  event_record x;
  x.event.kind = event_kind::stall;
  x.event.started = 500s;
  x.event.id = mint_event_id(x.event.kind, x.event.started);
  x.event.duration = duration;
  x.event.stall.emplace();
  x.event.stall->resource = stall_resource::disk;
  x.event.stall->name = "sda";
  x.event.stall->is_over = is_over;
  return x;
}

struct fixture {
  notice_policy policy;
  notice_state state;

  std::vector<notice> receive(std::chrono::nanoseconds now, const event_record& x) {
    apply_event(state, x, now, policy);
    return take_due(state, now, policy);
  }
  std::vector<notice> end(std::chrono::nanoseconds now, std::chrono::nanoseconds duration) {
    const auto whole = stall_of(duration, true).event;
    event_amendment x;
    x.id = whole.id;
    x.over = event_amendment::end{whole.started + duration, duration};
    x.stall = whole.stall;
    apply_amendment(state, x, now, policy);
    return take_due(state, now, policy);
  }
  std::vector<notice> goes_on(std::chrono::nanoseconds now, std::chrono::nanoseconds duration) {
    const auto so_far = stall_of(duration, false).event;
    event_amendment x;
    x.id = so_far.id;
    x.lasts = event_amendment::end{so_far.started + duration, duration};
    x.stall = so_far.stall;
    apply_amendment(state, x, now, policy);
    return take_due(state, now, policy);
  }
  std::vector<notice> at(std::chrono::nanoseconds now) {
    return take_due(state, now, policy);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(decide_stall_notice_tests, fixture)

CAF_TEST(a stall is reported once when it has lasted long enough and once when it is over) {
  CAF_CHECK(receive(100s, stall_of(1s, false)).empty());
  CAF_CHECK(goes_on(104s, 5s).empty());
  const auto lasts = goes_on(109s, 10s);
  CAF_REQUIRE_EQUAL(lasts.size(), 1u);
  CAF_CHECK(lasts[0].kind == notice_kind::stall);
  CAF_CHECK_EQUAL(compose_notice(lasts[0]).title, "Disk sda has not answered for 10.0 s");
  CAF_CHECK(goes_on(150s, 51s).empty());
  const auto over = end(160s, 61s);
  CAF_REQUIRE_EQUAL(over.size(), 1u);
  CAF_CHECK(over[0].kind == notice_kind::stall_over);
  CAF_CHECK_EQUAL(compose_notice(over[0]).title, "Disk sda answers again, after 1 min 1 s");
  CAF_CHECK(!next_due(state, policy));
}

CAF_TEST(a stall that is over soon is not reported) {
  receive(100s, stall_of(1s, false));
  CAF_CHECK(end(104s, 5s).empty());
  CAF_CHECK(at(200s).empty());
}

CAF_TEST(a stall is not said to last as long as that is not known) {
  receive(100s, stall_of(1s, false)); // and whoever reports its end is held up
  CAF_CHECK(at(200s).empty());
  CAF_CHECK(end(200s, 8s).empty());
}

CAF_TEST(a long stall that was over before it was known is one message) {
  const auto found = receive(100s, stall_of(30s, true));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].kind == notice_kind::stall);
  CAF_CHECK_EQUAL(compose_notice(found[0]).title, "Disk sda did not answer for 30.0 s");
}

CAF_TEST(a stall whose message was held back has no end to report) {
  state.last_sent[static_cast<std::size_t>(notice_kind::stall)] = 99s; // the cooldown is not over
  receive(100s, stall_of(1s, false));
  CAF_CHECK(goes_on(112s, 13s).empty());
  CAF_CHECK(end(160s, 61s).empty());
  CAF_CHECK_EQUAL(state.held_back_ever, 1u);
}

CAF_TEST(stalls can be switched off) {
  policy.stall_lasts = false;
  receive(100s, stall_of(1s, false));
  CAF_CHECK(goes_on(200s, 101s).empty());
}

CAF_TEST(of too many stalls the youngest falls off and is counted) {
  for (int i = 0; i < 17; ++i) {
    auto x = stall_of(1s, false);
    x.event.started += std::chrono::seconds{i};
    x.event.id = mint_event_id(x.event.kind, x.event.started);
    CAF_CHECK(receive(100s, x).empty());
  }
  CAF_CHECK_EQUAL(state.stalls.size(), 16u);
  CAF_CHECK(state.stalls.front().record.event.started == 500s);
  CAF_CHECK(state.stalls.back().record.event.started == 515s);
  CAF_CHECK_EQUAL(state.held_back_ever, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
