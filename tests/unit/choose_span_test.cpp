#define CAF_SUITE choose_span

#include "app/explain/choose_span.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double now = 1'700'000'000;

span_event event(double from, double to) {
  span_event x;
  x.time = {now + from, now + to};
  return x;
}

} // namespace

CAF_TEST(without a name the newest event is meant if it was within the last hour) {
  CAF_CHECK(choose_span(event(-60, -50), now) == (stretch{now - 60, now - 50}));
  CAF_CHECK(choose_span(event(-7200, -50), now) == (stretch{now - 7200, now - 50}));
  CAF_CHECK(choose_span(event(-60, -60), now) == (stretch{now - 60, now - 59}));
}

CAF_TEST(where there is no such event the last hour is meant) {
  const stretch hour{now - 3600, now};
  CAF_CHECK(choose_span(std::nullopt, now) == hour);
  CAF_CHECK(choose_span(event(-7200, -7000), now) == hour);
  CAF_CHECK(choose_span(event(60, 70), now) == hour);
}
