#define CAF_SUITE trust_clock

#include "actors/storage_writer/trust_clock.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double day = 86400;
constexpr double now = 1'790'000'000;
constexpr double ten_years = 3652 * day;

} // namespace

CAF_TEST(the first prune has only its clock to trust) {
  CAF_CHECK_EQUAL(trust_clock({}, now), (prune_clock{now, now}));
}

CAF_TEST(a clock that goes on as clocks do is believed) {
  prune_clock last{now, now};
  for (int i = 1; i < 100; ++i) {
    last = trust_clock(last, now + i * day);
    CAF_CHECK_EQUAL(disbelieved(last), 0);
  }
  CAF_CHECK_EQUAL(trust_clock(prune_clock{now, now}, now + 6 * day).trusted, now + 6 * day);
}

CAF_TEST(a leap is not believed however often the daemon is started) {
  prune_clock last{now, now};
  for (int i = 0; i < 50; ++i)
    last = trust_clock(last, now + ten_years + i);
  CAF_CHECK(last.trusted < now + 2 * day + 101);
  CAF_CHECK(disbelieved(last) > ten_years - 3 * day);
}

CAF_TEST(a clock that was wrong for a week has cost two weeks at most) {
  prune_clock last{now, now};
  for (int i = 1; i <= 7; ++i)
    last = trust_clock(last, now + ten_years + i * day);
  CAF_CHECK(last.trusted <= now + 14 * day);
  // Mended, it is believed at once.
  CAF_CHECK_EQUAL(trust_clock(last, now + 8 * day), (prune_clock{now + 8 * day, now + 8 * day}));
}

CAF_TEST(a machine that was off for two months is caught up with) {
  prune_clock last{now, now};
  int days = 0;
  for (; days == 0 || disbelieved(last) > 0; ++days)
    last = trust_clock(last, now + (60 + days) * day);
  CAF_CHECK(days > 1);
  CAF_CHECK(days < 61);
}

CAF_TEST(what is remembered is read again and nothing else is) {
  const prune_clock some{now, now - day};
  CAF_CHECK(parse_prune_clock(to_text(some)) == some);
  for (const auto* text : {"", "1", "1 ", " 1 2", "1 2 3", "1 nan", "inf 1", "a b", "1\n2", "1 2x"})
    CAF_CHECK(!parse_prune_clock(text));
}
