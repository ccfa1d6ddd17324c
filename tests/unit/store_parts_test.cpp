#define CAF_SUITE store_parts

#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/migrate_schema_sqlite.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"

#include "support/sample_maker.hpp"
#include "support/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_record pause_of(std::chrono::nanoseconds length, std::chrono::nanoseconds started) {
  event_record x;
  x.event.id = mint_event_id(event_kind::pause, started);
  x.event.started = started;
  x.event.ended = started + length;
  x.event.duration = length;
  x.event.cause = pause_cause::memory;
  x.event.book[pause_cause::memory].length = length;
  x.stress = stress_score{};
  return x;
}

event_record stall_of(std::chrono::nanoseconds length, std::chrono::nanoseconds started) {
  auto x = pause_of(length, started);
  x.event.kind = event_kind::stall;
  x.event.id = mint_event_id(event_kind::stall, started);
  x.event.cause = pause_cause::memory;
  x.event.book = {};
  x.event.stall.emplace().resource = stall_resource::memory;
  return x;
}

event_amendment joins(const event_record& pause, event_id stall) {
  event_amendment x;
  x.id = pause.event.id;
  x.part_of = stall;
  return x;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(store_parts_tests, store_fixture)

CAF_TEST(pauses within a stall are stored with its name and add up to its parts) {
  const auto stall = stall_of(19s, 1'700'000'000s);
  auto born_part = pause_of(400ms, 1'700'000'005s);
  born_part.event.part_of = stall.event.id;
  const auto joined = pause_of(600ms, 1'700'000'000s), own = pause_of(2s, 1'700'000'002s);
  for (const auto& x : {joined, stall, born_part, own})
    store(x);
  store(joins(joined, stall.event.id));
  store(joins(joined, stall.event.id)); // its sender was not sure
  store(joined);
  event_reader reader{file};
  CAF_CHECK_EQUAL(reader.find(1).value_or(event_row{}).part_of.value_or(0), stall.event.id.value);
  CAF_CHECK_EQUAL(reader.find(3).value_or(event_row{}).part_of.value_or(0), stall.event.id.value);
  CAF_CHECK(!reader.find(4).value_or(event_row{}).part_of);
  CAF_CHECK_EQUAL(reader.stall_of(*reader.find(1)).value_or(event_row{}).id, 2);
  CAF_CHECK(!reader.stall_of(*reader.find(4)));
  CAF_CHECK(reader.parts_of(*reader.find(2)) == (event_parts{2, 1.0, 0.6}));
  CAF_CHECK(reader.parts_of(*reader.find(1)) == event_parts{});
  const auto read = [&reader](bool parts) {
    event_range range;
    range.parts = parts;
    std::vector<std::int64_t> ids;
    reader.events(range, [&ids](const event_row& x) {
      ids.push_back(x.id);
      return true;
    });
    return ids;
  };
  using ids = std::vector<std::int64_t>;
  CAF_CHECK_EQUAL(read(true), (ids{4, 3, 2, 1}));
  CAF_CHECK_EQUAL(read(false), (ids{4, 2}));
  CAF_CHECK_EQUAL(history_reader{file}.stress_before_pauses().size(), 1u);
}

CAF_TEST(a pause that is no part after all or whose stall is gone is an event of its own) {
  const auto stall = stall_of(19s, 1'700'000'000s);
  const auto released = pause_of(600ms, 1'700'000'001s), orphan = pause_of(600ms, 1'700'000'003s);
  for (const auto& x : {stall, released, orphan})
    store(x);
  store(joins(released, stall.event.id));
  store(joins(released, {}));
  store(joins(orphan, stall_of(9s, 1'600'000'000s).event.id));
  event_reader reader{file};
  CAF_CHECK(!reader.find(2).value_or(event_row{}).part_of);
  CAF_CHECK(!reader.stall_of(*reader.find(3)));
  event_range range;
  range.parts = false;
  std::size_t count = 0;
  reader.events(range, [&count](const event_row&) { return ++count > 0; });
  CAF_CHECK_EQUAL(count, 3u);
}

CAF_TEST(that a pause is part of a stall is taken in with what was not stored) {
  const auto stall = stall_of(19s, 1'700'000'000s);
  const auto stored = pause_of(600ms, 1'700'000'001s);
  auto fresh = pause_of(600ms, 1'700'000'003s);
  fresh.event.part_of = stall.event.id;
  store(stored);
  const std::vector<history_row> rows{stall, joins(stored, stall.event.id), fresh};
  keep_unstored({file, "run-1"}, rows);
  history next{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM events WHERE part_of = " + to_string(stall.event.id)), "2");
}

CAF_TEST(what an earlier version could not store is taken in) {
  const auto stored = pause_of(1s, 1'700'000'000s);
  store(stored);
  event_amendment scope;
  scope.id = stored.event.id;
  scope.scope = pause_scope::system;
  const std::vector<history_row> rows{scope, pause_of(2s, 1'700'000'100s)};
  keep_unstored({file, "run-1"}, rows);
  {
    SQLite::Database keep{file.string() + ".unstored", SQLite::OPEN_READWRITE};
    keep.exec("DROP INDEX events_by_stall; ALTER TABLE events DROP COLUMN part_of; "
              "ALTER TABLE events DROP COLUMN facts; ALTER TABLE events DROP COLUMN blame; PRAGMA user_version = 4");
  }
  history next{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(ask("SELECT group_concat(duration || ' ' || scope) FROM events"), "1.0 system,2.0 unknown");
}

CAF_TEST(what a newer version could not store is kept aside) {
  const history_row row = make_sample(1);
  keep_unstored({file, "run-1"}, {&row, 1});
  {
    SQLite::Database keep{file.string() + ".unstored", SQLite::OPEN_READWRITE};
    keep.exec("PRAGMA user_version = " + std::to_string(history_schema_version + 1));
  }
  history next{history_place{file, "run-2"}};
  CAF_CHECK(next.alarm().find("It is kept as pmactor.db.unstored.corrupt-") != std::string::npos);
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "0");
}

CAF_TEST(a history whose events are no parts yet is read as it is and becomes one of this version) {
  const auto old = folder.path / "old.db";
  const auto stall = stall_of(19s, 1'700'000'000s);
  const auto pause = pause_of(600ms, 1'700'000'001s);
  {
    SQLite::Database database{old.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    for (std::size_t i = 0; i < 4; ++i)
      database.exec(schema_steps[i]);
    database.exec("PRAGMA user_version = 4; PRAGMA application_id = " + std::to_string(history_application_id)
                  + "; INSERT INTO events(kind, started, event_id, stress_total) VALUES('stall', 1700000000, "
                  + to_string(stall.event.id) + ", 1), ('pause', 1700000001, " + to_string(pause.event.id) + ", 7)");
  }
  {
    event_reader reader{old};
    CAF_CHECK(!reader.find(2).value_or(event_row{}).part_of);
    CAF_CHECK(reader.parts_of(*reader.find(1)) == event_parts{});
    event_range range;
    range.parts = false;
    std::size_t count = 0;
    reader.events(range, [&count](const event_row&) { return ++count > 0; });
    CAF_CHECK_EQUAL(count, 2u);
    CAF_CHECK_EQUAL(history_reader{old}.stress_before_pauses(), std::vector<double>{7});
  }
  history opened{history_place{old, "run-2"}};
  const history_row row = joins(pause, stall.event.id);
  opened.store({&row, 1});
  event_reader reader{old};
  CAF_CHECK_EQUAL(reader.stall_of(*reader.find(2)).value_or(event_row{}).id, 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
