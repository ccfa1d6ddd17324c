#define CAF_SUITE decide_capture

#include "actors/forensics_supervisor/decide_capture.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using act = capture_choice::act;

struct fixture {
  capture_policy policy;
  capture_book book;

  static pause_event paused(std::chrono::nanoseconds length, std::chrono::nanoseconds started) {
    pause_event x;
    x.duration = length;
    x.started = started;
    x.id = mint_event_id(x.kind, started);
    return x;
  }
  static pause_event stressed(std::chrono::nanoseconds started) {
    auto x = paused(0s, started);
    x.kind = event_kind::critical;
    x.id = mint_event_id(x.kind, started);
    return x;
  }
  act decide(const pause_event& event, std::chrono::nanoseconds lived) {
    return decide_capture(book, event, lived, policy).what;
  }
  /// A whole capture that takes no time.
  void captured(std::chrono::nanoseconds at) {
    CAF_CHECK(decide(paused(3s, at), at) == act::begin);
    end_capture(book, at);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(decide_capture_tests, fixture)

CAF_TEST(a long pause and a critical episode are captured and nothing else is) {
  CAF_CHECK(decide(paused(1999ms, 1s), 1s) == act::ignore);
  CAF_CHECK(decide(paused(2s, 2s), 2s) == act::begin);
  end_capture(book, 2s);
  auto sleep = paused(9s, 100s);
  sleep.kind = event_kind::sleep;
  CAF_CHECK(decide(sleep, 100s) == act::ignore);
  CAF_CHECK(decide(stressed(1000s), 1000s) == act::begin);
}

CAF_TEST(an event that is reported again is captured once) {
  CAF_CHECK(decide(paused(3s, 1s), 1s) == act::begin);
  auto again = paused(3s, 1s);
  CAF_CHECK(decide(again, 2s) == act::ignore);
  end_capture(book, 3s);
  CAF_CHECK(decide(again, 1000s) == act::ignore);
}

CAF_TEST(nothing is captured when it is switched off) {
  policy.enabled = false;
  CAF_CHECK(decide(paused(3s, 1s), 1s) == act::ignore);
}

CAF_TEST(one waits for the one under way and more are skipped) {
  CAF_CHECK(decide(paused(3s, 1s), 1s) == act::begin);
  CAF_CHECK(decide(paused(3s, 2s), 2s) == act::wait);
  const auto third = decide_capture(book, paused(3s, 3s), 3s, policy);
  CAF_CHECK(third.what == act::skip);
  CAF_CHECK_EQUAL(third.why, "One capture was under way and another one was waiting for its turn.");
  CAF_CHECK(end_capture(book, 4s)); // the one that waits begins at once
  CAF_CHECK(decide(paused(3s, 5s), 5s) == act::wait);
  CAF_CHECK(end_capture(book, 6s));
  CAF_CHECK(!end_capture(book, 7s));
}

CAF_TEST(a pause within a stall is not captured as the stall is) {
  auto part = paused(3s, 1s);
  part.part_of = mint_event_id(event_kind::stall, 1s);
  CAF_CHECK(decide(part, 1s) == act::ignore);
  CAF_CHECK(book.begun.empty());
}

CAF_TEST(a capture that waits and is not due any more costs nothing of the budget) {
  policy.per_hour = 2;
  CAF_CHECK(decide(paused(3s, 1s), 1s) == act::begin);
  CAF_CHECK(decide(paused(3s, 2s), 2s) == act::wait);
  cancel_waiting(book, paused(3s, 2s).id);
  cancel_waiting(book, paused(3s, 2s).id);
  CAF_CHECK(decide(paused(3s, 2s), 3s) == act::wait); // it is due after all
  CAF_CHECK(end_capture(book, 4s));
  CAF_CHECK(!end_capture(book, 5s));
}

CAF_TEST(a capture that came to nothing costs nothing and has no episode) {
  policy.per_hour = 1;
  CAF_CHECK(decide(paused(3s, 1s), 1s) == act::begin);
  CAF_CHECK(!abandon_capture(book));
  CAF_CHECK(!book.ended);
  CAF_CHECK(decide(paused(3s, 2s), 2s) == act::begin);
  CAF_CHECK(decide(paused(3s, 3s), 3s) == act::skip); // that one's budget is used up
}

CAF_TEST(the one that waits for a capture that came to nothing begins and keeps its budget) {
  policy.per_hour = 2;
  CAF_CHECK(decide(paused(3s, 1s), 1s) == act::begin);
  CAF_CHECK(decide(paused(3s, 2s), 2s) == act::wait);
  CAF_CHECK(abandon_capture(book));
  CAF_REQUIRE_EQUAL(book.begun.size(), 1u);
  CAF_CHECK(book.begun[0].at == 2s);
}

CAF_TEST(what follows a capture too soon belongs to its episode) {
  captured(0s);
  const auto soon = decide_capture(book, paused(3s, 29s), 29s, policy);
  CAF_CHECK(soon.what == act::skip);
  CAF_CHECK_EQUAL(soon.why, "The last capture had ended 29.0 s before, in the same episode.");
  CAF_CHECK(decide(paused(3s, 30s), 30s) == act::begin);
}

CAF_TEST(the budget of an hour is kept to and comes back) {
  for (int i = 0; i < 6; ++i)
    captured(i * 60s);
  const auto seventh = decide_capture(book, paused(3s, 360s), 360s, policy);
  CAF_CHECK(seventh.what == act::skip);
  CAF_CHECK_EQUAL(seventh.why, "The budget of 6 captures an hour was used up.");
  CAF_CHECK(decide(paused(3s, 3599s), 3599s) == act::skip);
  captured(3600s);
  CAF_CHECK(decide(paused(3s, 3659s), 3659s) == act::skip);
  captured(3660s);
}

CAF_TEST(critical stress takes half of the budget at most) {
  for (int i = 0; i < 3; ++i) {
    CAF_CHECK(decide(stressed(i * 60s), i * 60s) == act::begin);
    end_capture(book, i * 60s);
  }
  const auto fourth = decide_capture(book, stressed(180s), 180s, policy);
  CAF_CHECK(fourth.what == act::skip);
  CAF_CHECK_EQUAL(fourth.why, "The share of critical stress in the budget of 6 captures an hour, 3 captures, was used up.");
  for (int i = 4; i < 7; ++i)
    captured(i * 60s);
  CAF_CHECK(decide(paused(3s, 420s), 420s) == act::skip);
  CAF_CHECK(decide(stressed(3600s), 3600s) == act::begin); // the first is an hour old
}

CAF_TEST(of a budget of one capture critical stress has no share) {
  policy.per_hour = 1;
  const auto choice = decide_capture(book, stressed(1s), 1s, policy);
  CAF_CHECK(choice.what == act::skip);
  CAF_CHECK_EQUAL(choice.why, "The budget of 1 capture an hour has no share for critical stress.");
  captured(2s);
}

CAF_TEST(a pause soon after the capture of critical stress is captured) {
  captured(0s);
  CAF_CHECK(decide(stressed(10s), 10s) == act::skip); // it belongs to the episode of the pause
  CAF_CHECK(decide(stressed(31s), 31s) == act::begin);
  end_capture(book, 33s);
  CAF_CHECK(decide(stressed(40s), 40s) == act::skip);
  CAF_CHECK(decide(paused(5s, 40s), 40s) == act::begin);
  end_capture(book, 42s);
  CAF_CHECK(decide(paused(5s, 45s), 45s) == act::skip);
}

CAF_TEST(a pause waits for the capture of critical stress and critical stress waits for none) {
  CAF_CHECK(decide(stressed(1s), 1s) == act::begin);
  CAF_CHECK(decide(stressed(2s), 2s) == act::skip);
  CAF_CHECK(decide(paused(3s, 3s), 3s) == act::wait);
  CAF_CHECK(end_capture(book, 4s));
  CAF_CHECK(!book.freeze_ended);
  const auto amid = decide_capture(book, stressed(5s), 5s, policy);
  CAF_CHECK(amid.what == act::skip);
  CAF_CHECK_EQUAL(amid.why, "Another capture was under way.");
  CAF_CHECK(!end_capture(book, 6s));
  CAF_CHECK(book.freeze_ended == 6s);
}

CAF_TEST(a thousand pauses in a row are remembered in bounded memory) {
  int begun = 0;
  for (int i = 0; i < 1000; ++i)
    if (decide(paused(3s, i * 4s), i * 4s) == act::begin) {
      ++begun;
      end_capture(book, i * 4s);
    }
  CAF_CHECK_EQUAL(begun, 12); // in 4000 s: six in the first hour, six when it is over
  CAF_CHECK(book.seen.size() <= 64u);
  CAF_CHECK(book.begun.size() <= 6u);
}

CAF_TEST(too little room is a reason and what is unknown is none) {
  const auto why = [this](const capture_room& room) {
    return judge_room(paused(3s, 1s), room, policy).why_none;
  };
  CAF_CHECK_EQUAL(why({}), "");
  CAF_CHECK_EQUAL(why({1ull << 30, 1ull << 40}), "");
  CAF_CHECK_EQUAL(why({1'000'000, 1ull << 40}),
                  "Memory was short: 1.0 MB available, 50.3 MB needed.");
  CAF_CHECK_EQUAL(why({std::nullopt, 999'000}),
                  "The disk was nearly full: 999 kB free, 268 MB needed.");
}

CAF_TEST(a stall and a pause for want of memory are captured without tools while memory is short) {
  auto stall = paused(1s, 1s), thrash = paused(3s, 1s);
  stall.kind = event_kind::stall;
  thrash.cause = pause_cause::memory;
  for (const auto& x : {stall, thrash}) {
    const auto verdict = judge_room(x, {9'000'000, 1ull << 40}, policy);
    CAF_CHECK_EQUAL(verdict.why_none, "");
    CAF_CHECK_EQUAL(verdict.why_no_tools, "Memory was short: 9.0 MB available, 50.3 MB needed.");
    CAF_CHECK_EQUAL(judge_room(x, {8'000'000, 1ull << 40}, policy).why_none,
                    "Memory was short: 8.0 MB available, 50.3 MB needed.");
    CAF_CHECK_EQUAL(judge_room(x, {1ull << 30, 1ull << 40}, policy).why_no_tools, "");
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
