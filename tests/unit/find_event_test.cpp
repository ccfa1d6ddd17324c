#define CAF_SUITE find_event

#include "actors/storage_writer/history_sqlite.hpp"
#include "app/command_line/find_event.hpp"
#include "messages/words.hpp"

#include "support/temporary_folder.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::nanoseconds morning = 1'768'900'213s;

event_record event_at(std::chrono::nanoseconds start, std::chrono::nanoseconds duration,
                      event_kind kind = event_kind::pause) {
  event_record x;
  x.event.kind = kind;
  x.event.started = start;
  x.event.ended = start + duration;
  x.event.duration = duration;
  x.event.book[pause_cause::unexplained].length = duration;
  x.event.id = mint_event_id(kind, start);
  return x;
}

struct fixture {
  temporary_folder folder;
  history store{{folder.path / "pmactor.db", "run", 100ms}};

  void add(const event_record& x) {
    const history_row row = x;
    store.store({&row, 1});
  }
  std::vector<event_row> all(const std::string& text, std::chrono::nanoseconds now = morning + 1h) {
    const auto name = parse_event_name(text, now);
    event_reader reader{folder.path / "pmactor.db"};
    return name ? find_events(reader, *name) : std::vector<event_row>{};
  }
  /// @returns the number of the one event that is named so; 0 if there is none, -1 if it is no name, -2 of several.
  std::int64_t found(const std::string& text, std::chrono::nanoseconds now = morning + 1h) {
    if (!parse_event_name(text, now))
      return -1;
    const auto events = all(text, now);
    return events.empty() ? 0 : events.size() == 1 ? events.front().id : -2;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(find_event_tests, fixture)

CAF_TEST(an event is found by its number and by its id and by when it began) {
  add(event_at(morning - 10s, 1s));
  add(event_at(morning + 250ms, 3s));
  CAF_CHECK_EQUAL(found("2"), 2);
  CAF_CHECK_EQUAL(found(to_string(mint_event_id(event_kind::pause, morning + 250ms))), 2);
  CAF_CHECK_EQUAL(found(time_of_day(morning + 250ms)), 2);
  CAF_CHECK_EQUAL(found(time_of_day(morning + 5s)), 0);
}

CAF_TEST(a moment within an event names it and what began then comes before what lasted) {
  add(event_at(morning, 10s));
  CAF_CHECK_EQUAL(found(time_of_day(morning + 4s)), 1);
  CAF_CHECK_EQUAL(found(time_of_day(morning + 10s)), 1);
  CAF_CHECK_EQUAL(found(time_of_day(morning + 12s)), 0);
  add(event_at(morning + 4s, 2s));
  CAF_CHECK_EQUAL(found(time_of_day(morning + 4s)), 2);
  CAF_CHECK_EQUAL(all(time_of_day(morning + 5s)).size(), 2u);
}

CAF_TEST(a minute names the events that began in it and else those that lasted) {
  const auto minute_of = [](std::chrono::nanoseconds moment) { return time_of_day(moment).substr(0, 5); };
  const auto minute = std::chrono::floor<std::chrono::minutes>(morning);
  add(event_at(minute - 10s, 15s));
  add(event_at(minute + 20s, 1s));
  CAF_CHECK_EQUAL(found(minute_of(minute)), 2);
  add(event_at(minute + 59s, 150s));
  CAF_CHECK_EQUAL(all(minute_of(minute)).size(), 2u);
  CAF_CHECK_EQUAL(found(minute_of(minute + 2min)), 3);
  CAF_CHECK_EQUAL(found(minute_of(minute + 10min)), 0);
}

CAF_TEST(what is not one event says what to ask instead) {
  add(event_at(morning, 10s));
  add(event_at(morning + 4s, 2s));
  const auto said = [this](const std::string& text) {
    return not_one_event(text, *parse_event_name(text, morning + 1h), all(text));
  };
  const auto none = time_of_day(morning + 30s);
  CAF_CHECK_EQUAL(said(none), "No event began or lasted at " + none + "; `pmactor events --at '" + none
                                + "'` shows what was next to it.");
  CAF_CHECK_EQUAL(said("77"), "There is no event 77; `pmactor events` lists those there are.");
  const auto two = time_of_day(morning + 5s);
  CAF_CHECK_EQUAL(said(two), "These events were at " + two + ": 1, 2; write the number of one.");
}

CAF_TEST(the last is the newest that is a riddle) {
  CAF_CHECK_EQUAL(found("last"), 0);
  add(event_at(morning - 10s, 1s));
  add(event_at(morning, 3s));
  add(event_at(morning + 60s, 900s, event_kind::sleep));
  CAF_CHECK_EQUAL(found("last"), 2);
  CAF_CHECK_EQUAL(found("lost"), -1);
}

CAF_TEST(a time of the day that is yet to come is that of yesterday) {
  add(event_at(morning, 3s));
  CAF_CHECK_EQUAL(found(time_of_day(morning), morning + 23h), 1);
  CAF_CHECK_EQUAL(found(time_of_day(morning), morning + 25h), 0); // that of today, when there was none
}

CAF_TEST(of several that began within a second the longest that is no sleep is meant) {
  add(event_at(morning, 1s));
  add(event_at(morning + 100ms, 2s));
  add(event_at(morning + 200ms, 1500ms));
  add(event_at(morning + 300ms, 3h, event_kind::sleep));
  CAF_CHECK_EQUAL(found(time_of_day(morning)), 2);
}

CAF_TEST(what is neither a number nor a time names no event) {
  for (const auto* text : {"", "0", "-1", "2h", "2026-01-20", "newest", "99999999999999999999", "25:00", "1 2"})
    CAF_CHECK_EQUAL(found(text), -1);
}

CAF_TEST_FIXTURE_SCOPE_END()
