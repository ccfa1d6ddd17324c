#define CAF_SUITE find_number

#include "actors/host/find_number.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;

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
  CAF_CHECK(!number_behind("nr_throttled 12", "nr_throttled"));
}

CAF_TEST(a key is found at the start of a line only) {
  const std::string text = "nr_periods 10\nnr_throttled 3\nthrottled_time 1940000000\n";
  CAF_CHECK(number_behind(text, "nr_throttled") == 3u);
  CAF_CHECK(number_behind(text, "throttled_time") == 1940000000u);
  CAF_CHECK(!number_behind(text, "throttled"));
  CAF_CHECK(!number_behind(text, "time"));
  CAF_CHECK(!number_behind("low 0\nhigh x\n", "high"));
  CAF_CHECK(number_behind("Name:\tx\nTracerPid:\t815\nUid:\t0\n", "TracerPid:") == 815u);
}
