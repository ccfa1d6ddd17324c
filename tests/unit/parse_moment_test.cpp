#define CAF_SUITE parse_moment

#include "app/command_line/parse_moment.hpp"

#include <cstdlib>
#include <ctime>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A zone that is never UTC, with summer time.
struct fixture {
  fixture() {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }
  std::chrono::nanoseconds now = 1768896535s; // 2026-01-20 09:08:55 +01:00

  std::int64_t seconds(const char* text) const {
    const auto found = parse_moment(text, now);
    return found ? std::chrono::floor<std::chrono::seconds>(*found).count() : -1;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(moments, fixture)

CAF_TEST(spans add up) {
  CAF_CHECK(parse_span("90s") == 90s);
  CAF_CHECK(parse_span("90") == 90s);
  CAF_CHECK(parse_span("2h") == 2h);
  CAF_CHECK(parse_span("1h30m") == 90min);
  CAF_CHECK(parse_span(" 1 h 30 min ") == 90min);
  CAF_CHECK(parse_span("1.5 days") == 36h);
  CAF_CHECK(parse_span("250ms") == 250ms);
  CAF_CHECK(parse_span("2weeks") == 336h);
}

CAF_TEST(what is no span is none) {
  for (const auto* text : {"", " ", "h", "1h 2", "2x", "-2h", "+2h", "2h-", "1e9s", "nan s", "inf h", "0x2h",
                           "2 h ago", "99999999999999999999h", "101 y", "36601d"})
    CAF_CHECK_EQUAL(std::string{text} + (parse_span(text) ? " is" : " is not"),
                    std::string{text} + " is not");
}

CAF_TEST(moments are local unless they say more) {
  CAF_CHECK_EQUAL(seconds("now"), 1768896535);
  CAF_CHECK_EQUAL(seconds("2h"), 1768896535 - 7200);
  CAF_CHECK_EQUAL(seconds("2 h ago"), 1768896535 - 7200);
  CAF_CHECK_EQUAL(seconds("2026-01-20 09:08:55"), 1768896535);
  CAF_CHECK_EQUAL(seconds("2026-01-20T09:08:55"), 1768896535);
  CAF_CHECK_EQUAL(seconds("09:08:55"), 1768896535);
  CAF_CHECK_EQUAL(seconds("09:08"), 1768896535 - 55);
  CAF_CHECK_EQUAL(seconds("2026-01-20"), 1768896535 - 9 * 3600 - 8 * 60 - 55);
  CAF_CHECK_EQUAL(seconds("today"), seconds("2026-01-20"));
  CAF_CHECK_EQUAL(seconds("yesterday"), seconds("2026-01-19"));
  CAF_CHECK_EQUAL(seconds("yesterday 9:08"), seconds("2026-01-19 09:08"));
  CAF_CHECK_EQUAL(seconds("tuesday"), seconds("2026-01-20"));
  CAF_CHECK_EQUAL(seconds("wednesday 14:32"), seconds("2026-01-14 14:32"));
  CAF_CHECK_EQUAL(seconds("monday 14:32:05"), seconds("2026-01-19 14:32:05"));
  CAF_CHECK_EQUAL(seconds("tuesday 23:00"), seconds("2026-01-13 23:00"));
  CAF_CHECK_EQUAL(seconds("-2h"), seconds("2h ago"));
  CAF_CHECK_EQUAL(seconds("2026-01-20T08:08:55Z"), 1768896535);
  CAF_CHECK_EQUAL(seconds("2026-01-20T13:38:55+05:30"), 1768896535);
  CAF_CHECK_EQUAL(seconds("2026-01-20 03:08:55 -0500"), 1768896535);
  CAF_CHECK_EQUAL(seconds("@1768896535"), 1768896535);
  CAF_CHECK_EQUAL(seconds("2026-07-20 09:08:55"), seconds("2026-07-20T07:08:55Z"));
  CAF_CHECK(parse_moment("2026-01-20 09:08:55.25", now) == 1768896535s + 250ms);
}

CAF_TEST(a day of the year is the last one) {
  CAF_CHECK_EQUAL(seconds("Jan 20 9:08"), seconds("2026-01-20 09:08"));
  CAF_CHECK_EQUAL(seconds("20 january"), seconds("2026-01-20"));
  CAF_CHECK_EQUAL(seconds("29 Nov 14:53"), seconds("2025-11-29 14:53"));
  CAF_CHECK_EQUAL(seconds("Jan 20 23:00"), seconds("2025-01-20 23:00"));
  CAF_CHECK_EQUAL(seconds("feb 29"), seconds("2024-02-29"));
  for (const auto* text : {"Nov", "Nov 31", "32 Nov", "0 Nov", "Nov 29 14", "Nox 29", "29Nov"})
    CAF_CHECK_EQUAL(std::string{text} + ": " + std::to_string(seconds(text)), std::string{text} + ": -1");
}

CAF_TEST(a time may have its half of the day) {
  CAF_CHECK_EQUAL(seconds("9am"), seconds("09:00"));
  CAF_CHECK_EQUAL(seconds("2:30pm"), seconds("14:30"));
  CAF_CHECK_EQUAL(seconds("12 AM"), seconds("00:00"));
  CAF_CHECK_EQUAL(seconds("12pm"), seconds("12:00"));
  CAF_CHECK_EQUAL(seconds("yesterday 2:30 pm"), seconds("2026-01-19 14:30"));
  CAF_CHECK_EQUAL(seconds("13pm"), -1);
  CAF_CHECK_EQUAL(seconds("0am"), -1);
}

CAF_TEST(a number alone is unix seconds where it is too great for a span) {
  CAF_CHECK_EQUAL(seconds("1768890000"), 1768890000);
  CAF_CHECK(parse_moment("1768890000.25", now) == 1768890000s + 250ms);
  CAF_CHECK_EQUAL(seconds("90"), 1768896535 - 90);
  CAF_CHECK_EQUAL(seconds("1.5h"), 1768896535 - 5400);
  CAF_CHECK_EQUAL(seconds("14.53"), -1);
  CAF_CHECK_EQUAL(seconds("1768890000000"), -1); // milliseconds
}

CAF_TEST(a time of the day is the last one) {
  CAF_CHECK_EQUAL(seconds("23:00"), seconds("2026-01-19 23:00"));
  CAF_CHECK_EQUAL(seconds("09:08:56"), seconds("2026-01-19 09:08:56"));
  now = 1774746000s; // 2026-03-29 03:00 +02:00, an hour after the clocks were put forward
  CAF_CHECK_EQUAL(seconds("23:00"), seconds("2026-03-28 23:00"));
}

CAF_TEST(an hour is understood without its zero) {
  CAF_CHECK_EQUAL(seconds("9:08"), seconds("09:08"));
  CAF_CHECK_EQUAL(seconds("9:08:55"), 1768896535);
  CAF_CHECK_EQUAL(seconds("0:00"), seconds("today"));
  CAF_CHECK_EQUAL(seconds("2026-01-20 9:08:55"), 1768896535);
  CAF_CHECK_EQUAL(seconds("2026-01-20T9:08:55+01:00"), 1768896535);
  const auto minute = span_named_by("9:08", 1768896480s);
  CAF_CHECK(minute.from == 1768896480s && minute.to - minute.from == 1min);
}

CAF_TEST(a moment names the minute or the second as it is written) {
  const auto length = [](const char* text, std::chrono::nanoseconds at = 1768896535s) {
    const auto span = span_named_by(text, at);
    return span.from <= at && at < span.to ? span.to - span.from : 0ns;
  };
  for (const auto* minute : {"09:08", "2026-01-20 09:08", "2026-01-20T09:08+01:00"})
    CAF_CHECK(length(minute, 1768896480s) == 1min);
  for (const auto* second : {"09:08:55", "2026-01-20T09:08:55+01:00", "2h"})
    CAF_CHECK(length(second) == 1s);
  CAF_CHECK(length("09:08:55.25", 1768896535s + 250ms) == 1s);
  CAF_CHECK(length("2:30 pm", 1768896480s) == 1min);
  CAF_CHECK(length("friday 09:08", 1768896480s) == 1min);
  CAF_CHECK(length("Jan 20 09:08:55") == 1s);
  CAF_CHECK(length("1768896535") == 1s);
  for (const auto* day : {"yesterday", "Friday", "2026-01-20", "20 Jan"})
    CAF_CHECK(length(day, 1768863600s) == 24h);
  CAF_CHECK(length("2026-03-29", 1774738800s) == 23h); // the clocks are put forward
}

CAF_TEST(what is no moment is none) {
  for (const auto* text : {"", "noon", "2026-13-01", "2026-01", "2026-02-30", "2026-01-20 24:00", "9:8", ":08", "009:08",
                           "09:60", "09:08:61", "09:08x", "2026-01-20T", "2026-01-20 09:08 MEZ", "@", "@x", "@-1",
                           "@1e9", "1969-12-31", "2026-01-20T09:08:55+99:00", "2026-01-20 10"})
    CAF_CHECK_EQUAL(std::string{text} + ": " + std::to_string(seconds(text)), std::string{text} + ": -1");
}

CAF_TEST(a moment is shown with its offset) {
  CAF_CHECK_EQUAL(iso_time(now), "2026-01-20T09:08:55+01:00");
}

CAF_TEST_FIXTURE_SCOPE_END()
