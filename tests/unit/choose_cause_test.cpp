#define CAF_SUITE choose_cause

#include "actors/pause_detector/choose_cause.hpp"

#include "support/beats.hpp"

#include <chrono>

#include "support/explained.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the longest line is the cause and sure from half of the time on) {
  ledger book;
  book[pause_cause::own_work].length = 1s;
  book[pause_cause::unexplained].length = 900ms;
  const auto beat = quiet_gap(2s);
  CAF_CHECK_EQUAL(to_string(choose_cause(book, 2s, beat).cause), "own_work");
  CAF_CHECK(choose_cause(book, 2s, beat).sure == confidence::high);
  CAF_CHECK(choose_cause(book, 2s + 1ns, beat).sure == confidence::low);
}

CAF_TEST(a cause that is less than half of the time is never sure) {
  auto beat = quiet_gap(2050ms);
  *beat.after.own_wait += 600ms;
  *beat.after.own_cpu += 500ms;
  *beat.after.frozen += 550ms;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "cpu_wait");
  CAF_CHECK(event.sure == confidence::low);
}

CAF_TEST(a stop is hardly believed where it is not known whether the thread could run) {
  auto beat = quiet_gap(2s);
  beat.before.own_wait = beat.after.own_wait = std::nullopt;
  *beat.after.continues += 1;
  const auto event = explained(beat);
  CAF_CHECK_EQUAL(to_string(event.cause), "stopped");
  CAF_CHECK(event.sure == confidence::low);
}
