#define CAF_SUITE parse_beat_counters

#include "actors/clock_sampler/parse_beat_counters.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(numbers of a line are counted from its start) {
  CAF_CHECK(number_at("123 456 7\n", 0) == 123u);
  CAF_CHECK(number_at("123 456 7\n", 1) == 456u);
  CAF_CHECK(number_at("0\n", 0) == 0u);
  CAF_CHECK(!number_at("123 456 7\n", 3));
  CAF_CHECK(!number_at("", 0));
  CAF_CHECK(!number_at("abc\n", 0));
  CAF_CHECK(!number_at("99999999999999999999999\n", 0));
}

CAF_TEST(a number that may be cut is none) {
  CAF_CHECK(!number_at("123", 0));
  CAF_CHECK(!number_of("nr_throttled 12", "nr_throttled"));
}

CAF_TEST(a key is found at the start of a line only) {
  const std::string text = "nr_periods 10\nnr_throttled 3\nthrottled_time 1940000000\n";
  CAF_CHECK(number_of(text, "nr_throttled") == 3u);
  CAF_CHECK(number_of(text, "throttled_time") == 1940000000u);
  CAF_CHECK(!number_of(text, "throttled"));
  CAF_CHECK(!number_of(text, "time"));
}

CAF_TEST(a pressure file gives the total of each of its lines) {
  const std::string text = "some avg10=0.00 avg60=0.12 avg300=0.05 total=123456\n"
                           "full avg10=0.00 avg60=0.00 avg300=0.00 total=789\n";
  CAF_CHECK(pressure_total(text, "some") == 123456us);
  CAF_CHECK(pressure_total(text, "full") == 789us);
  CAF_CHECK(!pressure_total("some avg10=0.00\nfull avg10=0.00 total=789\n", "some"));
  CAF_CHECK(!pressure_total("", "full"));
}

CAF_TEST(the ticks of all CPUs are added up without the guests) {
  const std::string text = "cpu  10 20 30 400 50 6 7 8 9 10\ncpu0 5 10 15 200 25 3 3 4 4 5\n"
                           "cpu1 5 10 15 200 25 3 4 4 5 5\nintr 1 2 3\nctxt 5\n";
  const auto ticks = parse_machine_ticks(text);
  CAF_REQUIRE(ticks.has_value());
  CAF_CHECK_EQUAL(ticks->total, 531u);
  CAF_CHECK_EQUAL(ticks->stolen, 8u);
  CAF_CHECK_EQUAL(ticks->cpus, 2u);
  for (std::size_t cut = 0; cut < text.find("intr") + 3; ++cut)
    CAF_CHECK(!parse_machine_ticks(text.substr(0, cut)));
}
