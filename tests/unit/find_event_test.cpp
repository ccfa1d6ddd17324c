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
  /// @returns the number of the event that is named so; 0 if there is none, -1 if it is no name.
  std::int64_t found(const std::string& text, std::chrono::nanoseconds now = morning + 1h) {
    const auto name = parse_event_name(text, now);
    event_reader reader{folder.path / "pmactor.db"};
    return name ? find_event(reader, *name).value_or(event_row{}).id : -1;
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
  CAF_CHECK_EQUAL(found(time_of_day(morning + 1s)), 0);
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
