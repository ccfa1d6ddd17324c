#define CAF_SUITE find_stops

#include "app/history/find_stops.hpp"

#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double begin = 1'767'225'600; // 2026-01-01 00:00:00 UTC

struct fixture {
  fixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

span_event event(std::int64_t id, const char* kind, span_effect effect, double from, double to) {
  span_event x;
  x.id = id;
  x.kind = kind;
  x.effect = effect;
  x.time = {begin + from, begin + to};
  return x;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(find_stops_tests, fixture)

CAF_TEST(what reaches into the time and stood still is found by when it began) {
  const auto found =
    find_stops({event(3, "stall", span_effect::stalled, 8, 20), event(1, "pause", span_effect::paused, 5, 9.5),
                event(2, "critical", span_effect::noted, 0, 60), event(4, "sleep", span_effect::asleep, 30, 60),
                event(5, "pause", span_effect::paused, 1, 9)},
               {begin + 9, begin + 10});
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0].id, 1);
  CAF_CHECK_EQUAL(found[1].id, 3);
}

CAF_TEST(what stood still is said with its begin and its end) {
  CAF_CHECK_EQUAL(stop_in_words(event(7, "pause", span_effect::paused, 61, 69)),
                  "the machine stood still from 2026-01-01 00:01:01 to 00:01:09: `pmactor events show 7`");
  CAF_CHECK_EQUAL(stop_in_words(event(7, "pause", span_effect::unwitnessed, 61, 69)),
                  "pmactor was held up, and others perhaps, from 2026-01-01 00:01:01 to 00:01:09: `pmactor events show 7`");
  CAF_CHECK_EQUAL(stop_in_words(event(8, "sleep", span_effect::asleep, -60, 60)),
                  "the machine slept from 2025-12-31 23:59:00 to 2026-01-01 00:01:00: `pmactor events show 8`");
  auto stall = event(9, "stall", span_effect::stalled, 0, 60);
  stall.why = "disk sda does not answer";
  stall.lasts = true;
  CAF_CHECK_EQUAL(stop_in_words(stall),
                  "disk sda does not answer from 2026-01-01 00:00:00 on, and it lasts: `pmactor events show 9`");
}

CAF_TEST(an event that lasts has no end in JSON) {
  auto stall = event(9, "stall", span_effect::stalled, 0, 60);
  stall.lasts = true;
  const auto list = nlohmann::json::parse(stops_json({stall, event(10, "outage", span_effect::off, 5, 6)}));
  CAF_REQUIRE_EQUAL(list.size(), 2u);
  CAF_CHECK(list[0]["ended"].is_null() && list[0]["ended_iso"].is_null());
  CAF_CHECK_EQUAL(list[1]["ended"].get<double>(), begin + 6);
  CAF_CHECK_EQUAL(nlohmann::json::parse(stops_json({})).size(), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
