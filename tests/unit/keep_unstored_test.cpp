// What was not stored before the end of a run is kept beside the history and taken in by the next run.
#define CAF_SUITE keep_unstored

#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "actors/storage_writer/history_sqlite.hpp"

#include "support/example_events.hpp"
#include "support/sample_maker.hpp"
#include "support/store_fixture.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(keep_unstored_tests, store_fixture)

CAF_TEST(what was not stored at the end is taken in by the next run once) {
  const auto old = stopped_for(1s, 1'700'000'000s);
  store(old);
  store(make_sample(1));
  store(make_sample(2));
  event_amendment scope;
  scope.id = old.event.id;
  scope.scope = pause_scope::system;
  capture_report report;
  report.event = old.event.id;
  report.folder = "events/x";
  const auto fresh = stopped_for(2s, 1'700'000'100s);
  const std::vector<history_row> rows{make_sample(2), make_sample(3), remember{"io-baseline", "7"}, scope, report, fresh};
  keep_unstored({file, "run-1"}, rows); // the second sample had been stored after all
  history next{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(ask("SELECT group_concat(timestamp - 1700000000) FROM samples"), "1.0,2.0,3.0");
  CAF_CHECK_EQUAL(ask("SELECT count(*) || ' ' || count(DISTINCT sample_id) FROM process_samples"), "6 3");
  CAF_CHECK_EQUAL(ask("SELECT scope || ' ' || event_dir || ' ' || duration || ' ' || status FROM events WHERE id = 1"),
                  "system events/x 1.0 new");
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || event_id FROM events WHERE id = 2"),
                  "2.0 " + to_string(fresh.event.id));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM event_samples WHERE event_id = 2"), "120");
  CAF_CHECK_EQUAL(next.recall("io-baseline").value_or(""), "7");
  CAF_CHECK(next.alarm().find("1 sample and 1 event that could not be stored") != std::string::npos);
  CAF_CHECK(!std::filesystem::exists(file.string() + ".unstored"));
  history{history_place{file, "run-3"}};
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "3");
}

CAF_TEST(what several runs could not store is all taken in) {
  aut.end();
  for (const auto* run : {"run-2", "run-3"}) {
    const history_row row = make_sample(1);
    keep_unstored({file, run}, {&row, 1});
  }
  history next{history_place{file, "run-4"}};
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "2");
}

CAF_TEST(no column of what is taken in is left out) {
  aut.end();
  const std::vector<history_row> rows{make_sample(1), stopped_for(2s, 1'700'000'100s)};
  keep_unstored({file, "run-1"}, rows);
  const auto keep = file.string() + ".unstored";
  for (const auto& which : {file.string(), keep}) { // as a later version of the tables may have them
    SQLite::Database database{which, SQLite::OPEN_READWRITE};
    for (const std::string table : {"samples", "process_samples", "events", "event_samples"}) {
      database.exec("ALTER TABLE " + table + " ADD COLUMN later INTEGER");
      database.exec("UPDATE " + table + " SET later = 7");
    }
  }
  history next{history_place{file, "run-2"}};
  for (const std::string table : {"samples", "process_samples", "events", "event_samples"})
    CAF_CHECK_EQUAL(table + ' ' + ask("SELECT coalesce(group_concat(DISTINCT later), 'lost') FROM " + table), table + " 7");
}

CAF_TEST(a keep of rows that is no database is kept aside and the history opens) {
  aut.end();
  std::ofstream{file.string() + ".unstored"} << std::string(5000, 'x');
  history next{history_place{file, "run-2"}};
  CAF_CHECK(next.alarm().find("It is kept as pmactor.db.unstored.corrupt-") != std::string::npos);
}

CAF_TEST(a keep that the disk has no room for is removed) {
  aut.end();
  std::vector<history_row> rows;
  for (std::uint64_t i = 1; i <= 400; ++i)
    rows.push_back(make_sample(i));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  for (const rlim_t room : {4096u, 131072u}) { // too little for the tables, and for the rows
    bool has_failed = false;
    const rlimit small{room, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      keep_unstored({file, "run-1"}, rows);
    } catch (const storage_problem&) {
      has_failed = true;
    }
    ::setrlimit(RLIMIT_FSIZE, &before); // the limit binds this test's own output too
    CAF_CHECK(has_failed);
    CAF_CHECK_EQUAL(files("pmactor.db.unstored").size(), 0u);
  }
  history next{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(next.alarm(), "");
}

CAF_TEST(the number of an event never comes again though retention removed the newest) {
  for (int i = 0; i < 3; ++i)
    store(stopped_for(1s, 1'700'000'000s + i * 60s));
  prune_order order;
  order.events_before = 2e9;
  CAF_CHECK_EQUAL(aut.prune(order).events, 3u);
  aut.end();
  const std::vector<history_row> rows{stopped_for(1s, 1'700'001'000s),
                                      stopped_for(1s, 1'700'002'000s)};
  keep_unstored({file, "run-1"}, rows);
  history next{history_place{file, "run-2"}};
  const history_row fresh = stopped_for(1s, 1'700'003'000s);
  next.store({&fresh, 1});
  CAF_CHECK_EQUAL(ask("SELECT group_concat(id) FROM events"), "4,5,6");
  history_editor user{file};
  CAF_CHECK_EQUAL(user.prune(order).events, 3u);
  CAF_CHECK_EQUAL(user.prune(order).events, 0u);
  const history_row another = stopped_for(1s, 1'700'004'000s);
  next.store({&another, 1});
  CAF_CHECK_EQUAL(ask("SELECT id FROM events"), "7");
}

CAF_TEST_FIXTURE_SCOPE_END()
