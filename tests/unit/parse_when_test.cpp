#define CAF_SUITE parse_when

#include "app/parse_when.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a span is a number and a unit) {
  CAF_CHECK(parse_span("90") == 90.0);
  CAF_CHECK(parse_span("1.5s") == 1.5);
  CAF_CHECK(parse_span("250ms") == 0.25);
  CAF_CHECK(parse_span("2m") == 120.0);
  CAF_CHECK(parse_span("2h") == 7200.0);
  CAF_CHECK(parse_span("3d") == 259200.0);
  CAF_CHECK(parse_span("1w") == 604800.0);
  for (const auto* wrong : {"", "h", "-1h", "2x", "2 h", "nan", "inf", "1h30"})
    CAF_CHECK(!parse_span(wrong));
}

CAF_TEST(a time is so long ago or a date) {
  CAF_CHECK(parse_when("2h", 10'000) == 2800.0);
  CAF_CHECK(parse_when("@1700000000.5", 0) == 1700000000.5);
  const auto day = parse_when("2026-01-20", 0);
  const auto hour = parse_when("2026-01-20 01:00", 0);
  const auto second = parse_when("2026-01-20T01:00:07", 0);
  CAF_REQUIRE(day && hour && second);
  CAF_CHECK_EQUAL(*hour - *day, 3600.0);
  CAF_CHECK_EQUAL(*second - *hour, 7.0);
  for (const auto* wrong : {"", "yesterday", "2026-13-01", "2026-01-32", "2026-01-20 25:00",
                            "2026-01-20 10", "2026-01-20 10:00x", "@x", "2026-01"})
    CAF_CHECK(!parse_when(wrong, 0));
}
