#define CAF_SUITE summarize_columns

#include "app/top/column_cache.hpp"

#include <array>
#include <cmath>
#include <random>
#include <string>

#include "support/test.hpp"

using namespace pmactor;

namespace {

sample_row sample(double at, double stress) {
  sample_row x;
  x[sample_column::timestamp] = at;
  x[sample_column::stress_total] = stress;
  return x;
}

/// A history of samples, and how it is read.
struct fixture {
  std::vector<sample_row> rows;
  std::size_t reads = 0;

  read_samples reader() {
    return [this](double from, double until, const std::function<void(const sample_row&)>& row) {
      for (const auto& x : rows)
        if (x.at() >= from && x.at() < until) {
          ++reads;
          row(x);
        }
    };
  }
};

double most_of(const time_columns& x, std::int64_t number) {
  const auto found = x.find(number);
  return found == x.end() || !found->second[sample_column::stress_total]
           ? -1
           : found->second[sample_column::stress_total]->most;
}

/// @returns the time of the sample of the most stress.
double peak_of(const time_columns& x, std::int64_t number) {
  const auto found = x.find(number);
  return found == x.end() || !found->second.peak ? -1 : found->second.peak->at;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(a sample stands for the time since the one before) {
  column_maker aut{1, 7};
  aut.add(sample(100.2, 1));
  aut.add(sample(105.2, 9));
  aut.add(sample(120.2, 3)); // too long after: what was between is not known
  CAF_CHECK_EQUAL(most_of(aut.columns(), 100), 1);
  for (std::int64_t i = 101; i <= 105; ++i)
    CAF_CHECK_EQUAL(most_of(aut.columns(), i), 9);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 106), -1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 119), -1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 120), 3);
}

CAF_TEST(a sample that came late stands for nothing before it) {
  column_maker aut{1, 7};
  const auto add = [&aut](double at, double interval, double stress) {
    auto x = sample(at, stress);
    x[sample_column::interval] = interval;
    aut.add(x);
  };
  add(100.2, 1, 40); // stored each second,
  add(105.2, 5, 70); // of which some were a pause,
  add(106.2, 1, 40);
  add(111.2, 1, 20); // and then each fifth
  CAF_CHECK_EQUAL(most_of(aut.columns(), 101), -1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 104), -1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 105), 70);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 107), 20);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 111), 20);
  CAF_CHECK(!aut.columns().at(105).peak->apart);
  CAF_CHECK_EQUAL(std::lround(aut.columns().at(107).peak->apart.value_or(0)), 5);
}

CAF_TEST(samples that lie regularly further apart stand for the time between them) {
  column_maker aut{1, 7};
  for (int i = 0; i < 6; ++i)
    aut.add(sample(100.2 + i * 10, i)); // as they were stored by other settings,
  aut.add(sample(155.2, 7));            // which were then set back,
  aut.add(sample(190.2, 8));            // before a gap
  for (std::int64_t i = 101; i <= 155; ++i)
    CAF_CHECK(most_of(aut.columns(), i) > 0);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 109), 1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 111), 2);
  CAF_CHECK_EQUAL(std::lround(aut.columns().at(110).peak->apart.value_or(0)), 10);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 156), -1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 189), -1);
}

CAF_TEST(a gap among samples that lie regularly far apart is one) {
  column_maker aut{1, 7};
  for (const double at : {100.2, 110.2, 120.2, 130.2, 170.2, 180.2, 190.2, 200.2})
    aut.add(sample(at, 5));
  CAF_CHECK_EQUAL(most_of(aut.columns(), 125), 5);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 150), -1);
  CAF_CHECK_EQUAL(most_of(aut.columns(), 175), 5);
}

CAF_TEST(columns are read with as much around them as shows how far apart samples lie) {
  for (int i = 0; i < 300; ++i)
    rows.push_back(sample(10'000 + i * 10, 5));
  column_cache aut{7};
  aut.look_at(1, 13'000);
  aut.follow(reader(), 13'000);
  for (std::int64_t last = 13'000; last > 10'060; last -= 7) // so few that no sample need be among them
    while (aut.fill(reader(), last - 6, last))
      ;
  const auto columns = aut.columns(10'100, 12'990);
  for (std::int64_t i = 10'100; i <= 12'990; ++i)
    if (most_of(*columns, i) != 5)
      CAF_ERROR("not filled: " + std::to_string(i));
}

CAF_TEST(the parts of a column are those of its sample of the most stress) {
  column_maker aut{60, 7};
  const std::array<std::array<double, 2>, 3> parts{{{40, 0}, {30, 20}, {0, 20}}};
  double at = 6000;
  for (const auto& [load, disk] : parts) {
    auto x = sample(at += 5, load + disk);
    x[sample_column::stress_load] = load;
    x[sample_column::stress_io] = disk;
    aut.add(x);
  }
  const auto& peak = *aut.columns().at(100).peak;
  CAF_CHECK_EQUAL(peak.at, 6010.0);
  CAF_CHECK_EQUAL(peak.stress.front().value_or(0), 50.0);
  CAF_CHECK_EQUAL(peak.stress[1].value_or(0), 30.0);
  CAF_CHECK_EQUAL(peak.stress.back().value_or(0), 20.0);
}

CAF_TEST(no peak and no dip vanishes in a wide column) {
  column_maker aut{3600, 7};
  for (int i = 0; i < 3600; ++i)
    aut.add(sample(7200 + i, i == 1234 ? 99 : i == 77 ? 0 : 10));
  CAF_REQUIRE(aut.columns().count(2) == 1);
  const auto& value = aut.columns().at(2)[sample_column::stress_total];
  CAF_CHECK(value == (envelope{0, 99}));
}

CAF_TEST(the past is read once and the present as it comes) {
  for (int i = 0; i < 3000; ++i)
    rows.push_back(sample(10'000 + i, i % 100));
  column_cache aut{7};
  aut.look_at(1, 13'000);
  aut.follow(reader(), 13'000);
  while (aut.fill(reader(), 12'941, 13'000))
    ;
  CAF_CHECK_EQUAL(aut.columns(12'941, 13'000)->size(), 59u);
  reads = 0;
  rows.push_back(sample(13'000, 42));
  aut.look_at(1, 13'001);
  CAF_CHECK(aut.follow(reader(), 13'001));
  CAF_CHECK(!aut.fill(reader(), 12'942, 13'001));
  CAF_CHECK_EQUAL(reads, 1u);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'942, 13'001), 13'000), 42);
}

CAF_TEST(the time before a view was opened is filled once the sample of it is there) {
  rows = {sample(12'990, 1), sample(12'995, 2)};
  column_cache aut{7};
  aut.look_at(1, 12'999);
  aut.follow(reader(), 12'999);
  while (aut.fill(reader(), 12'941, 12'999))
    ;
  rows.push_back(sample(13'000, 42));
  aut.look_at(1, 13'001);
  CAF_CHECK(aut.follow(reader(), 13'001));
  for (auto i = 12'996; i <= 13'000; ++i)
    CAF_CHECK_EQUAL(most_of(*aut.columns(12'942, 13'001), i), 42);
}

CAF_TEST(the seconds that are kept once an event is known take the place of what stood for them) {
  rows = {sample(12'990, 1), sample(12'995, 2), sample(13'000, 3)};
  column_cache aut{7};
  aut.look_at(1, 12'996);
  const auto look = [&](double now) {
    aut.look_at(1, now);
    aut.follow(reader(), now);
    while (aut.fill(reader(), 12'941, 13'001))
      ;
  };
  look(13'001);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 12'997), 3);
  rows.insert(rows.begin() + 2, {sample(12'996, 5), sample(12'997, 90), sample(12'998, 6), sample(12'999, 7)});
  look(13'001);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 12'997), 3); // it was read before
  aut.forget(12'994, 13'001);
  look(13'001);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 12'994), 2);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 12'996), 5);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 12'997), 90);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 12'999), 7);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 13'001), 13'000), 3);
}

CAF_TEST(an outage that is known later blanks what was drawn over it) {
  rows = {sample(12'990, 1), sample(12'996, 2)};
  column_cache aut{7};
  const auto look = [&] {
    aut.look_at(1, 12'999);
    aut.follow(reader(), 12'999);
    while (aut.fill(reader(), 12'941, 12'999))
      ;
  };
  look();
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 12'999), 12'993), 2);
  CAF_CHECK(aut.know({{12'991, 12'995, true}}, 12'999));
  look();
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 12'999), 12'993), -1);
  CAF_CHECK_EQUAL(most_of(*aut.columns(12'941, 12'999), 12'996), 2);
  CAF_CHECK(!aut.know({{12'991, 12'995, true}}, 12'999));
}

CAF_TEST(columns from the cache are those of all samples at once) {
  std::mt19937 chance{7};
  double at = 50'000;
  for (int i = 0; i < 4000; ++i) {
    at += chance() % 50 == 0 ? 60 : chance() % 3 == 0 ? 5 : 1;
    rows.push_back(sample(at, static_cast<double>(chance() % 100)));
  }
  for (const double step : {1.0, 15.0, 300.0}) {
    column_maker whole{step, 7};
    for (const auto& x : rows)
      whole.add(x);
    column_cache aut{7};
    // The view goes back from what was the present half way, and then follows up to the end.
    const auto half = rows[2000].at();
    const auto all = rows;
    rows.resize(2001);
    aut.look_at(step, half + 0.5);
    aut.follow(reader(), half + 0.5);
    const auto first = column_maker::number_of(50'000, step),
               last = column_maker::number_of(at, step);
    for (auto i = column_maker::number_of(half, step); i > first - 40; i -= 40)
      while (aut.fill(reader(), i - 39, i))
        ;
    rows = all;
    aut.look_at(step, at + 1);
    aut.follow(reader(), at + 1);
    while (aut.fill(reader(), first, last))
      ;
    std::size_t differ = 0;
    const auto columns = aut.columns(first, last);
    for (auto i = first; i <= last; ++i)
      differ += most_of(*columns, i) == most_of(whole.columns(), i) && peak_of(*columns, i) == peak_of(whole.columns(), i)
                  ? 0
                  : 1;
    CAF_CHECK_EQUAL(differ, 0u);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
