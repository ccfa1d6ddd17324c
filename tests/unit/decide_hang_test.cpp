#define CAF_SUITE decide_hang

#include "actors/supervision/decide_hang.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A child that may be replaced and has been in one handler for longer than it may.
hang_facts hanging() {
  hang_facts x;
  x.is_running = true;
  x.is_replaceable = true;
  x.handling_for = 10s + 1ns;
  x.limit = 10s;
  return x;
}

} // namespace

CAF_TEST(a child that handles for longer than its limit is replaced) {
  CAF_CHECK_EQUAL(decide_hang(hanging()), hang_action::replace);
}

CAF_TEST(up to the limit and in no handler nothing hangs) {
  auto x = hanging();
  for (const auto time : {0ns, 1ns, std::chrono::nanoseconds{10s}}) {
    x.handling_for = time;
    CAF_CHECK_EQUAL(decide_hang(x), hang_action::none);
    CAF_CHECK(!is_hang(time, x.limit));
  }
  CAF_CHECK(is_hang(x.limit + 1ns, x.limit));
}

CAF_TEST(a child that is down or asked to end does not hang) {
  auto x = hanging();
  x.is_running = false;
  x.handling_for = 1h;
  CAF_CHECK_EQUAL(decide_hang(x), hang_action::none);
}

CAF_TEST(a child whose thread or memory is needed is only reported) {
  auto x = hanging();
  x.is_replaceable = false;
  CAF_CHECK_EQUAL(decide_hang(x), hang_action::report);
}

CAF_TEST(no more than three are left behind at a time) {
  auto x = hanging();
  for (x.lingering = 0; x.lingering < 6; ++x.lingering)
    CAF_CHECK_EQUAL(decide_hang(x), x.lingering < 3 ? hang_action::replace : hang_action::report);
}
