#define CAF_SUITE suggest_thresholds

#include "app/settings/read_settings.hpp"
#include "app/settings/suggest_thresholds.hpp"

#include <limits>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// A day on which stress was *usual*, but for *busy* seconds with so much.
stress_histogram day(double usual, double busy_seconds, double busy) {
  stress_histogram result;
  result.add(usual, 86400 - busy_seconds);
  result.add(busy, busy_seconds);
  return result;
}

bool mentions(const suggestion& x, const std::string& text) {
  for (const auto& reason : x.reasons)
    if (reason.find(text) != std::string::npos)
      return true;
  return false;
}

} // namespace

CAF_TEST(the histogram knows its quantiles) {
  stress_histogram seen;
  CAF_CHECK_EQUAL(seen.quantile(0.5), 0);
  for (int i = 0; i < 100; ++i)
    seen.add(i);
  CAF_CHECK_EQUAL(seen.seconds(), 100);
  CAF_CHECK_EQUAL(seen.quantile(0.5), 49);
  CAF_CHECK_EQUAL(seen.quantile(1), 99);
  CAF_CHECK_EQUAL(seen.share_at_least(90), 0.1);
}

CAF_TEST(numbers that are no stress do no harm) {
  stress_histogram seen;
  for (const double x : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN(),
                         std::numeric_limits<double>::infinity()})
    seen.add(x);
  seen.add(5, -1);
  seen.add(5, std::numeric_limits<double>::quiet_NaN());
  CAF_CHECK_EQUAL(seen.seconds(), 4);
  CAF_CHECK_EQUAL(seen.share_at_least(100), 0.5);
}

CAF_TEST(an hour is not enough to judge by) {
  stress_histogram seen;
  seen.add(5, 3600);
  const auto found = suggest_thresholds(seen, {}, {});
  CAF_CHECK(!found.values);
  CAF_CHECK(mentions(found, "Only 1.0 hours"));
}

CAF_TEST(a calm machine is watched from lower on and a busy one from higher) {
  const auto calm = suggest_thresholds(day(2, 600, 12), {}, {});
  const auto busy = suggest_thresholds(day(25, 3600, 50), {}, {});
  CAF_REQUIRE(calm.values && busy.values);
  CAF_CHECK_EQUAL(calm.values->elevation, 10);
  CAF_CHECK_EQUAL(busy.values->elevation, 51);
  CAF_CHECK(calm.values->critical < busy.values->critical);
}

CAF_TEST(what is suggested is always sound) {
  for (const double usual : {0.0, 20.0, 55.0, 100.0})
    for (const double busy : {0.0, 30.0, 100.0})
      for (const auto& pauses : {std::vector<double>{}, std::vector<double>{0, 0, 0, 100}}) {
        const auto found = suggest_thresholds(day(usual, 3000, busy), pauses, {});
        CAF_REQUIRE(found.values.has_value());
        const auto& x = *found.values;
        CAF_CHECK(x.calm < x.elevation && x.elevation < x.critical);
        CAF_CHECK(x.relief < x.critical && x.critical <= 100 && x.calm >= 0);
      }
}

CAF_TEST(pauses that announce themselves lower the threshold if that costs little) {
  const auto seen = day(5, 1200, 40);
  const auto cheap = suggest_thresholds(seen, {20, 22, 24}, {});
  CAF_CHECK_EQUAL(cheap.values->elevation, 22);
  CAF_CHECK(mentions(cheap, "which is little"));
  const auto dear = suggest_thresholds(day(30, 1200, 40), {20, 22, 24}, {});
  CAF_CHECK_EQUAL(dear.values->elevation, 41);
  CAF_CHECK(mentions(dear, "stress alone does not announce"));
}

CAF_TEST(a key is set where it belongs and all else stays) {
  CAF_CHECK_EQUAL(with_setting("", "a.x", "1"), "[a]\nx = 1\n");
  CAF_CHECK_EQUAL(with_setting("[a]\nx = 5 # why\ny = 2\n", "a.x", "1"), "[a]\nx = 1\ny = 2\n");
  CAF_CHECK_EQUAL(with_setting("[a]\n# about x\n#x = 5\n[b]\nx = 7", "a.x", "1"),
                  "[a]\n# about x\nx = 1\n[b]\nx = 7\n");
  CAF_CHECK_EQUAL(with_setting("[b]\nx = 7\n[a]\nxx = 5\n", "a.x", "1"),
                  "[b]\nx = 7\n[a]\nx = 1\nxx = 5\n");
  CAF_CHECK_EQUAL(with_setting("[b]\nx = 7\n", "a.x", "1"), "[b]\nx = 7\n\n[a]\nx = 1\n");
}

CAF_TEST(a key is taken out and all else stays) {
  CAF_CHECK_EQUAL(without_setting("[a]\n# about x\n#x = 4\nx = 5\ny = 2\n", "a.x"), "[a]\n# about x\n#x = 4\ny = 2\n");
  CAF_CHECK_EQUAL(without_setting("[b]\nx = 7\n[a]\nxx = 5\n", "a.x"), "[b]\nx = 7\n[a]\nxx = 5\n");
  CAF_CHECK_EQUAL(without_setting("[a]\nx = [\n  \"]\", # ]\n  \"b\",\n]\ny = 2\n", "a.x"), "[a]\ny = 2\n");
  CAF_CHECK_EQUAL(without_setting("", "a.x"), "");
}

CAF_TEST(the heading of a section goes with its last key) {
  CAF_CHECK_EQUAL(without_setting("[a]\nx = 5", "a.x"), "");
  CAF_CHECK_EQUAL(without_setting("[a]\nx = [", "a.x"), "");
  CAF_CHECK_EQUAL(without_setting("[a]\nx = 5\n\n[b]\ny = 2\n", "a.x"), "[b]\ny = 2\n");
  CAF_CHECK_EQUAL(without_setting("[b]\ny = 2\n\n[a]\nx = 5\n", "a.x"), "[b]\ny = 2\n");
  CAF_CHECK_EQUAL(without_setting("[b]\ny = 2\n\n[a]\nx = 5\n\n[c]\nz = 1\n", "a.x"),
                  "[b]\ny = 2\n\n[c]\nz = 1\n");
  for (const std::string text : {"# All of it.\n", "[b]\ny = 2\n"})
    CAF_CHECK_EQUAL(without_setting(with_setting(text, "a.x", "1"), "a.x"), text);
}

CAF_TEST(a heading with a comment or another key stays when a key goes) {
  CAF_CHECK_EQUAL(without_setting("[a]\n# mine\nx = 5\n", "a.x"), "[a]\n# mine\n");
  CAF_CHECK_EQUAL(without_setting("[a] # mine\nx = 5\n", "a.x"), "[a] # mine\n");
  CAF_CHECK_EQUAL(without_setting("[a]\nx = 5\n\n# mine\n[b]\ny = 2\n", "a.x"), "[a]\n\n# mine\n[b]\ny = 2\n");
  CAF_CHECK_EQUAL(without_setting("[a]\nx = 5\ny = 2\n", "a.x"), "[a]\ny = 2\n");
}

CAF_TEST(what was set can be taken out again) {
  for (const auto& x : all_settings()) {
    const auto text = with_setting(default_settings_file(), x.key, to_toml(x.get({})));
    CAF_CHECK_EQUAL(parse_settings(text, "file").origins.size(), 1u);
    CAF_CHECK(parse_settings(without_setting(text, x.key), "file").origins.empty());
  }
}

CAF_TEST(the default file takes every key) {
  auto text = default_settings_file();
  for (const auto& x : all_settings())
    text = with_setting(std::move(text), x.key, to_toml(x.get({})));
  const auto read = parse_settings(text, "file");
  CAF_CHECK(read.problems.empty());
  CAF_CHECK_EQUAL(read.origins.size(), all_settings().size());
}
