#define CAF_SUITE glance_history

#include "app/history/glance_history.hpp"
#include "app/history/read_row_events.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "support/expected_text.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double begin = 1'767'225'600; ///< 2026-01-01 00:00 UTC.

struct fixture {
  fixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

row_event event(std::int64_t id, const char* kind, double from, double to) {
  return {id,
          kind,
          {begin + from, begin + to},
          to - from,
          "others held the CPUs",
          std::string{kind} != "stall",
          false};
}

void check_before(row_marker& aut, double row, const std::string& expected) {
  const auto said = aut.before(row); // once: it remembers
  CAF_CHECK_EQUAL(said, expected);
}

sample_row sample(double at) {
  sample_row x;
  x[sample_column::timestamp] = begin + at;
  x[sample_column::cpu_pct] = 50 + 40 * std::sin(at / 7000);
  x[sample_column::load_avg] = 1.5;
  x[sample_column::mem_available] = 6e9;
  x[sample_column::mem_total] = 8e9;
  x[sample_column::io_write] = std::fmod(at, 3600) < 60 ? 90e6 : 1e5;
  x[sample_column::stress_total] = at > 40'000 && at < 41'000 ? 80 : 10;
  return x;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(what lies between two rows stands between them) {
  row_marker aut{
    {event(1, "pause", -20, -19), event(2, "pause", 12, 14), event(3, "stall", 16, 17)}, 7};
  check_before(aut, begin, "");
  check_before(aut, begin + 5, "");
  check_before(aut, begin + 10, "");
  check_before(aut, begin + 17,
               "  ~ 00:00:12 pause 2, 2.00 s: others held the CPUs\n"
               "  ~ 00:00:16 stall 3, 1.00 s: others held the CPUs\n");
  check_before(aut, begin + 22, "");
}

CAF_TEST(a gap is shown unless a sleep or a pause accounts for it) {
  row_marker aut{{event(1, "sleep", 12, 100), event(2, "stall", 110, 150)}, 7};
  aut.before(begin + 10);
  check_before(aut, begin + 102, "  ~ 00:00:12 sleep 1, 1 min 28 s: others held the CPUs\n");
  check_before(
    aut, begin + 152,
    "  ~ 00:01:50 stall 2, 40.0 s: others held the CPUs\n  ~ nothing is recorded for 50.0 s\n");
  check_before(aut, begin + 157, "");
}

CAF_TEST(a stop in good order has a word of its own between the rows) {
  event_row x;
  x.id = 4;
  x.kind = "outage";
  x.cause = "daemon_stopped";
  x.started = begin;
  x.ended = begin + 60;
  const auto stop = row_event_of(x, begin + 100);
  CAF_CHECK_EQUAL(stop.kind, "stop");
  CAF_CHECK(stop.stops_recording);
  x.cause = "killed";
  const auto outage = row_event_of(x, begin + 100);
  CAF_CHECK_EQUAL(outage.kind, "outage");
}

CAF_TEST(what becomes known late is shown late) {
  row_marker aut{{}, 7};
  aut.add(event(1, "pause", -20, -19));
  check_before(aut, begin, "");
  aut.before(begin + 5);
  aut.add(event(2, "stall", 3, 9));
  check_before(aut, begin + 10, "  ~ 00:00:03 stall 2, 6.00 s: others held the CPUs\n");
  check_before(aut, begin + 15, "");
}

CAF_TEST(many events between two rows are summed up) {
  std::vector<row_event> events;
  for (int i = 0; i < 9; ++i)
    events.push_back(event(i, i % 3 == 0 ? "stall" : "pause", 10 + i, 10.5 + i));
  row_marker aut{events, 7200};
  aut.before(begin);
  check_before(aut, begin + 3600, "  ~ 6 x pause, 3.00 s; 3 x stall, 1.50 s\n");
}

CAF_TEST(what stands between two rows is broken between its words) {
  row_marker aut{{event(2, "pause", 12, 14)}, 7, 3, 40};
  aut.before(begin + 10);
  check_before(aut, begin + 17, "  ~ 00:00:12 pause 2, 2.00 s: others\n    held the CPUs\n");
}

CAF_TEST(the step is one that people count in and fits the screen) {
  CAF_CHECK_EQUAL(step_for(86400, 24), 3600);
  CAF_CHECK_EQUAL(step_for(86400, 12), 7200);
  CAF_CHECK_EQUAL(step_for(3600, 20), 300);
  CAF_CHECK_EQUAL(step_for(30, 20), 5);
  CAF_CHECK_EQUAL(step_for(30 * 86400.0, 10), 7 * 86400.0);
  for (double span = 10; span < 1e9; span *= 1.7)
    for (std::size_t lines : {1u, 8u, 24u, 100u})
      CAF_CHECK(span / step_for(span, lines) <= static_cast<double>(lines));
}

CAF_TEST(a day at a glance fits the screen and is as it is kept) {
  history_glance aut{begin, begin + 86400, 40, 7, {}};
  for (double at = 0; at < 86400; at += 5)
    if (at < 60'000 || at > 64'000)
      aut.add(sample(at));
  const auto text =
    aut.finish({event(7, "pause", 40'100, 40'104), event(8, "sleep", 70'000, 70'900)});
  CAF_CHECK_EQUAL(text, expected_text(PMACTOR_SOURCE_DIR, "history_day.txt", text));
  CAF_CHECK(std::count(text.begin(), text.end(), '\n') <= 42);
  history_glance none{begin, begin + 86400, 40, 7, {}};
  CAF_CHECK_EQUAL(none.finish({}), "");
}

CAF_TEST(the axis has the day where it begins and ends on different ones) {
  const auto axis = [](double from, double length, std::size_t width) {
    text_style style;
    style.width = width;
    history_glance aut{begin + from, begin + from + length, 24, 7, style};
    for (double at = from; at < from + length; at += 60)
      aut.add(sample(at));
    return aut.finish({});
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != text.npos; };
  const auto night = axis(79'200, 21'600, 80);
  CAF_CHECK(has(night, "2026-01-01 22:00"));
  CAF_CHECK(has(night, "2026-01-02 04:00\n"));
  const auto noon = axis(36'000, 7200, 80);
  CAF_CHECK(has(noon, "          10:00:00"));
  CAF_CHECK(has(noon, "12:00:00\n"));
  CAF_CHECK(has(axis(79'200, 21'600, 40), "01. 22:00"));
}

CAF_TEST(a glance says what its marks and lines are) {
  history_glance aut{begin, begin + 86400, 24, 7, {}};
  for (double at = 0; at < 86400; at += 5)
    aut.add(sample(at));
  const auto text = aut.finish({event(7, "outage", 40'100, 40'104)});
  CAF_CHECK(text.find("\nMarks: X outage, . recorded\n") != text.npos);
  CAF_CHECK(text.find("a line below 4 h; --step changes that.\n") != text.npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
