#define CAF_SUITE decide_reach

#include "app/top/decide_reach.hpp"
#include "app/top/summarize_columns.hpp"
#include "app/top/top_state.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

sample_row sample(double at, double interval, double stress) {
  sample_row x;
  x[sample_column::timestamp] = at;
  x[sample_column::interval] = interval;
  x[sample_column::stress_total] = stress;
  return x;
}

double most_of(const column_maker& x, std::int64_t number, sample_column of = sample_column::stress_total) {
  const auto found = x.columns().find(number);
  return found == x.columns().end() || !found->second[of] ? -1 : found->second[of]->most;
}

column_maker maker_of(std::vector<recording_break> breaks) {
  return {1, 7, std::make_shared<const std::vector<recording_break>>(std::move(breaks))};
}

} // namespace

CAF_TEST(pauses and sleeps and outages and stops are breaks and those that overlap are one) {
  const std::vector<top_event> events{
    {1, "stall", 100, 190, false, ""}, {2, "pause", 110, 120, false, ""}, {3, "sleep", 118, 150, false, ""},
    {4, "stop", 200, 260, false, ""},  {5, "critical", 270, 280, false, ""}, {6, "outage", 300, 330, false, ""}};
  const std::vector<recording_break> expected{{110, 150, false}, {200, 260, true, true}, {300, 330, true}};
  CAF_CHECK(find_breaks(events) == expected);
}

CAF_TEST(without a break a sample stands for the time since the one before unless it came late) {
  const auto usual = decide_reach({105, 1, 100, false}, {});
  CAF_CHECK_EQUAL(usual.since.value_or(0), 100.0);
  CAF_CHECK_EQUAL(usual.lived, 5.0);
  CAF_CHECK(!usual.is_after_break);
  CAF_CHECK(!decide_reach({105, 5, 100, true}, {}).since);
  CAF_CHECK(!decide_reach({105, 1, std::nullopt, false}, {}).since);
  CAF_CHECK(!decide_reach({100, 1, 100, false}, {}).since);
}

CAF_TEST(a pause takes the time apart between the samples around it) {
  const std::vector<recording_break> breaks{{50, 60, false}, {101, 109, false}, {200, 210, false}};
  const auto found = decide_reach({113, 9, 100, true}, breaks);
  CAF_CHECK_EQUAL(found.since.value_or(0), 109.0);
  CAF_CHECK_EQUAL(found.lived, 4.0);
  CAF_CHECK(found.is_after_break);
  CAF_CHECK(!found.is_first_of_run);
  CAF_CHECK_EQUAL(found.held_until.value_or(0), 101.0);
  CAF_CHECK(!found.is_held_by_stop);
  const auto within = decide_reach({105, 1, 100, false}, breaks);
  CAF_CHECK(!within.since);
}

CAF_TEST(of several pauses the time between them is lived) {
  const std::vector<recording_break> breaks{{101, 102, false}, {103, 110, false}};
  const auto found = decide_reach({112, 1, 100, false}, breaks);
  CAF_CHECK_EQUAL(found.since.value_or(0), 102.0);
  CAF_CHECK_EQUAL(found.lived, 3.0);
}

CAF_TEST(the first sample of a run stands for the time since its daemon started) {
  const std::vector<recording_break> breaks{{101, 109, true}};
  const auto found = decide_reach({113, 1, 100, false}, breaks);
  CAF_CHECK_EQUAL(found.since.value_or(0), 109.0);
  CAF_CHECK(found.is_after_break);
  CAF_CHECK(found.is_first_of_run);
  CAF_CHECK(!found.held_until); // the run before was killed at a time that is not known
}

CAF_TEST(the first sample after a boot stands for no more than it was measured over) {
  const std::vector<recording_break> breaks{{101, 109, true, false, true}};
  // The machine was up from 109 on, and pmactor only later.
  CAF_CHECK_EQUAL(decide_reach({113, 1, 100, false}, breaks).since.value_or(0), 112.0);
  CAF_CHECK_EQUAL(decide_reach({110, 5, 100, false}, breaks).since.value_or(0), 109.0);
  CAF_CHECK_EQUAL(decide_reach({113, std::nullopt, 100, false}, breaks).since.value_or(0), 113.0);
}

CAF_TEST(the last sample before a stop in good order stands for the time up to it) {
  const std::vector<recording_break> breaks{{103, 109, true, true}};
  const auto found = decide_reach({113, 1, 100, false}, breaks);
  CAF_CHECK_EQUAL(found.held_until.value_or(0), 103.0);
  CAF_CHECK(found.is_held_by_stop);
}

CAF_TEST(no hole stays beside a stop) {
  auto aut = maker_of({{103.4, 111.5, true, true}});
  aut.add(sample(100.2, 1, 10));
  aut.add(sample(115.2, 1, 70));
  for (std::int64_t i = 100; i <= 103; ++i) // up to the column in which it began
    CAF_CHECK_EQUAL(most_of(aut, i), 10);
  for (std::int64_t i = 104; i <= 110; ++i)
    CAF_CHECK_EQUAL(most_of(aut, i), -1);
  for (std::int64_t i = 111; i <= 115; ++i) // from the one on in which it ended
    CAF_CHECK_EQUAL(most_of(aut, i), 70);
}

CAF_TEST(a column that lies whole within a stop is blank) {
  auto aut = maker_of({{103, 112, true, true}});
  aut.add(sample(100.2, 1, 10));
  aut.add(sample(115.2, 1, 70));
  CAF_CHECK_EQUAL(most_of(aut, 102), 10);
  CAF_CHECK_EQUAL(most_of(aut, 103), -1);
  CAF_CHECK_EQUAL(most_of(aut, 111), -1);
  CAF_CHECK_EQUAL(most_of(aut, 112), 70);
}

CAF_TEST(rates that the first sample of a run has not are of the next one in its column) {
  for (const double step : {1.0, 5.0}) {
    column_maker aut{step, 7,
                     std::make_shared<const std::vector<recording_break>>(
                       std::vector<recording_break>{{103.4, 111.02, true, true}})};
    const auto add = [&aut](double at, double read, double stress) {
      auto x = sample(at, 1, stress);
      if (read >= 0)
        x[sample_column::io_read] = read;
      aut.add(x);
    };
    add(100.2, 500, 10);
    add(112.01, -1, 70);
    add(116.02, 900, 20);
    add(121.03, 300, 30);
    const auto at = [&](double time, sample_column of) {
      return most_of(aut, column_maker::number_of(time, step), of);
    };
    CAF_CHECK_EQUAL(at(112.5, sample_column::io_read), 900);
    CAF_CHECK_EQUAL(at(114.5, sample_column::io_read), 900);
    CAF_CHECK_EQUAL(at(112.5, sample_column::stress_total), 70); // what it has is its own
    CAF_CHECK_EQUAL(at(117.5, sample_column::io_read), step > 1 ? 900 : 300);
  }
}

CAF_TEST(the curves are blank in an outage) {
  auto aut = maker_of({{101.5, 105.5, true}});
  aut.add(sample(100.2, 1, 10));
  aut.add(sample(106.2, 1, 70)); // close enough to stand for all of it
  CAF_CHECK_EQUAL(most_of(aut, 100), 10);
  for (std::int64_t i = 101; i <= 104; ++i)
    CAF_CHECK_EQUAL(most_of(aut, i), -1);
  CAF_CHECK_EQUAL(most_of(aut, 105), 70); // of which a part was recorded
  CAF_CHECK_EQUAL(most_of(aut, 106), 70);
}

CAF_TEST(no hole stays beside a pause) {
  auto aut = maker_of({{103.4, 111.5, false}});
  aut.add(sample(100.2, 1, 10));
  aut.add(sample(115.2, 9, 70)); // 15 s later, of which seven were lived
  for (std::int64_t i = 100; i <= 102; ++i)
    CAF_CHECK_EQUAL(most_of(aut, i), 10);
  for (std::int64_t i = 103; i <= 110; ++i) // from its begin on
    CAF_CHECK_EQUAL(most_of(aut, i), -1);
  for (std::int64_t i = 111; i <= 115; ++i)
    CAF_CHECK_EQUAL(most_of(aut, i), 70);
}

CAF_TEST(a short pause leaves no column blank) {
  auto aut = maker_of({{102.3, 102.6, false}});
  aut.add(sample(100.2, 1, 10));
  aut.add(sample(105.2, 1, 70));
  CAF_CHECK_EQUAL(most_of(aut, 101), 10);
  for (std::int64_t i = 102; i <= 105; ++i)
    CAF_CHECK_EQUAL(most_of(aut, i), 70);
}

CAF_TEST(breaks however long cost no time) {
  auto aut = maker_of({{1, 5, false}, {6, 1.7e9, false}});
  aut.add(sample(0.5, 1, 10));
  aut.add(sample(1.7e9 + 1.5, 1, 70));
  CAF_CHECK_EQUAL(most_of(aut, 1'700'000'001), 70);
  CAF_CHECK(aut.columns().size() < 10);
}

CAF_TEST(the lateness that a pause brought is drawn where the pause began and not behind it) {
  auto aut = maker_of({{103.4, 106.4, false}});
  const auto add = [&aut](double at, double late) {
    auto x = sample(at, 1, 10);
    if (late >= 0)
      x[sample_column::late_beat] = late;
    aut.add(x);
  };
  add(99.2, 0.001);
  add(102.2, -1); // one of the seconds before the event, without a lateness of its own
  add(107.2, -1);
  add(109.2, 2.97); // the worst since 99.2
  add(114.2, 0.5);  // of its own time
  constexpr auto late = sample_column::late_beat;
  CAF_CHECK_EQUAL(most_of(aut, 103, late), 2.97);
  for (std::int64_t i = 104; i <= 109; ++i)
    CAF_CHECK_EQUAL(most_of(aut, i, late), -1);
  CAF_CHECK_EQUAL(most_of(aut, 112, late), 0.5);
  CAF_CHECK_EQUAL(most_of(aut, 109), 10);
  CAF_CHECK(!aut.columns().at(103).is_recorded);
}
