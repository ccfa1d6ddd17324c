#define CAF_SUITE read_moment

#include "app/top/read_moment.hpp"

#include "support/history_fixture.hpp"
#include "support/sample_maker.hpp"

#include <cmath>

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double begin = 1'700'000'000;

using fixture = history_fixture;

} // namespace

CAF_TEST_FIXTURE_SCOPE(read_moment_tests, fixture)

CAF_TEST(a moment has its last sample with its processes) {
  auto port = open();
  store(*port, {make_sample(5), make_sample(10), make_sample(60)});
  history_reader reader{file};
  auto x = read_moment(reader, begin + 6, begin + 14);
  CAF_REQUIRE(x.sample && x.stored);
  CAF_CHECK_EQUAL(std::lround(x.sample->at() - begin), 10);
  CAF_CHECK_EQUAL(x.stored->id, x.sample->id);
  x = read_moment(reader, begin + 30, begin + 38); // nothing was recorded between
  CAF_CHECK(!x.sample && !x.stored);
  CAF_CHECK_EQUAL(std::lround(oldest_sample(reader).value_or(0) - begin), 5);
}

CAF_TEST(before a moment of which nothing was recorded lies the nearest sample with its processes) {
  auto port = open();
  store(*port, {make_sample(5), make_sample(10), make_sample(600)});
  history_reader reader{file};
  const auto x = sample_with_processes(reader, begin + 400, begin + 392, begin + 401);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(std::lround(x->at() - begin), 10);
  CAF_CHECK(x->id > 0);
  CAF_CHECK(!sample_with_processes(reader, begin + 1, begin - 7, begin + 2));
}

CAF_TEST(where the first sample of a run has no processes those beside it have) {
  auto port = open();
  store(*port, {make_sample(5), make_sample(60, 0), make_sample(65), make_sample(70)});
  history_reader reader{file};
  const auto at = [&](double moment, double from, double until) {
    const auto x = sample_with_processes(reader, begin + moment, begin + from, begin + until);
    return x ? std::lround(x->at() - begin) : -1;
  };
  CAF_CHECK_EQUAL(at(61, 53, 120), 65); // behind it
  CAF_CHECK_EQUAL(at(66, 53, 120), 65); // before it
  CAF_CHECK_EQUAL(at(61, 53, 62), 5);   // beyond the column
}

CAF_TEST(a second that was kept before an event is seen with the processes of the sample before it) {
  auto port = open();
  store(*port, {make_sample(5), make_sample(10)});
  event_record x;
  x.event.kind = event_kind::critical;
  x.event.started = std::chrono::seconds{1'700'000'013};
  x.event.ended = x.event.started + std::chrono::seconds{1};
  x.event.duration = std::chrono::seconds{1};
  x.event.id = mint_event_id(x.event.kind, x.event.started);
  for (std::uint64_t i = 11; i <= 12; ++i)
    x.lead_up.push_back(make_sample(i));
  const history_row row = x;
  port->store({&row, 1});
  history_reader reader{file};
  const auto found = read_moment(reader, begin + 6, begin + 13);
  CAF_REQUIRE(found.sample && found.stored);
  CAF_CHECK_EQUAL(std::lround(found.sample->at() - begin), 12);
  CAF_CHECK_EQUAL(found.sample->id, 0);
  CAF_CHECK_EQUAL(std::lround(found.stored->at() - begin), 10);
}

CAF_TEST_FIXTURE_SCOPE_END()
