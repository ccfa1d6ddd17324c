#define CAF_SUITE store_events

#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/migrate_schema_sqlite.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"

#include "support/example_events.hpp"
#include "support/sample_maker.hpp"
#include "support/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>
#include <optional>
#include <set>
#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(store_events_tests, store_fixture)

CAF_TEST(an event is stored with its ledger and its lead up) {
  store(stopped_for(2050ms, 1'700'000'000s));
  CAF_CHECK_EQUAL(ask("SELECT kind || ' ' || cause || ' ' || confidence || ' ' || scope FROM events"),
                  "pause stopped high unknown");
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || uncertainty || ' ' || expected || ' ' || latency_ratio "
                      "FROM events"),
                  "2.05 0.05 0.1 21.0");
  CAF_CHECK_EQUAL(ask("SELECT json_extract(ledger, '$.stopped') FROM events"), "1.65");
  CAF_CHECK_EQUAL(ask("SELECT json_extract(evidence, '$[0].says') FROM events"), "SIGCONT received");
  CAF_CHECK_EQUAL(ask("SELECT json_extract(culprits, '$[0].reason') FROM events"), "wrote 298 MB/s");
  CAF_CHECK_EQUAL(ask("SELECT stress_total || ' ' || stress_load || ' ' || (stress_io IS NULL) FROM events"),
                  "12.0 12.0 1");
  CAF_CHECK_EQUAL(ask("SELECT count(*) || ' ' || min(load_avg) || ' ' || max(load_avg) FROM event_samples"),
                  "120 0.0 119.0");
  CAF_CHECK_EQUAL(ask("SELECT status FROM events WHERE event_dir IS NULL AND notes IS NULL"), "new");
}

CAF_TEST(an amendment changes what it speaks of and keeps what a user said of the event) {
  const auto event = stopped_for(2050ms, 1'700'000'000s);
  store(event);
  history_editor user{file};
  CAF_CHECK(user.mark(1, "pinned"));
  CAF_CHECK(user.note(event.event.id.value, "mine"));
  CAF_CHECK(!user.mark(2, "pinned"));
  event_amendment scope;
  scope.id = event.event.id;
  scope.scope = pause_scope::system;
  scope.evidence = {"the sampler child was late as well"};
  store(scope);
  store(scope); // its sender was not sure
  event_amendment late;
  late.id = event.event.id;
  late.culprits = std::vector<culprit>{{8, 2.5, "dd", "wrote 300 MB/s"}};
  store(late);
  CAF_CHECK_EQUAL(ask("SELECT count(*) || ' ' || max(scope) || ' ' || max(status) || ' ' || max(notes) "
                      "FROM events"),
                  "1 system pinned mine");
  CAF_CHECK_EQUAL(ask("SELECT evidence FROM events"),
                  R"([{"line":"stopped","says":"SIGCONT received"},{"line":"cpu_wait","says":"waited"},)"
                  R"({"says":"the sampler child was late as well"}])");
  CAF_CHECK_EQUAL(ask("SELECT json_extract(culprits, '$[0].name') FROM events"), "dd");
  CAF_CHECK_EQUAL(ask("SELECT duration FROM events"), "2.05");
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM event_samples"), "120");
}

CAF_TEST(an event that comes once more does not take back what amended it) {
  const auto first = stopped_for(2050ms, 1'700'000'000s);
  event_amendment scope;
  scope.id = first.event.id;
  scope.scope = pause_scope::system;
  store(first);
  store(scope);
  store(first); // by a sender that failed before it was acknowledged
  CAF_CHECK_EQUAL(ask("SELECT count(*) || ' ' || max(scope) FROM events"), "1 system");
}

CAF_TEST(an event is found by its short number and by what it was named at its birth) {
  const auto event = stopped_for(2050ms, 1'700'000'000s);
  store(stopped_for(1s, 1'600'000'000s));
  store(event);
  event_reader reader{file};
  CAF_CHECK_EQUAL(reader.find(2).value_or(event_row{}).event_id.value_or(0), event.event.id.value);
  CAF_CHECK_EQUAL(reader.find(event.event.id.value).value_or(event_row{}).id, 2);
  CAF_CHECK(!reader.find(3));
}

CAF_TEST(a sleep and a pause with the same start are two events) {
  auto event = stopped_for(2050ms, 1'700'000'000s);
  store(event);
  event.event.kind = event_kind::sleep;
  event.event.id = mint_event_id(event_kind::sleep, event.event.started);
  store(event);
  store(stopped_for(1s, 1'700'000'010s));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM events"), "3");
}

CAF_TEST(a critical episode has its length when it is over and no ledger) {
  const auto episode = episode_at(1'700'000'000s);
  store(episode);
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || (ledger IS NULL) || ' ' || (cause IS NULL) FROM events"),
                  "0.0 1 1");
  event_amendment end;
  end.id = episode.event.id;
  end.over = event_amendment::end{episode.event.started + 50s, 42s};
  store(end);
  CAF_CHECK_EQUAL(ask("SELECT count(*) || ' ' || duration || ' ' || (ended - started) FROM events"),
                  "1 42.0 50.0");
  CAF_CHECK_EQUAL(ask("SELECT json_extract(culprits, '$[0].name') FROM events"), "tar");
}

CAF_TEST(an episode that is open at the end of its run is closed by the last sample and marked) {
  store(episode_at(1'700'000'000s));
  store(make_sample(30));
  aut.end();
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || (ended - started) || ' ' || json_extract(evidence, "
                      "'$[0].says') FROM events"),
                  "30.0 30.0 the daemon ended while it lasted; its end is the last sample that was stored");
}

CAF_TEST(an episode that was open when its run was killed is closed by the next run once) {
  store(episode_at(1'700'000'000s));
  store(make_sample(30));
  history next{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(ask("SELECT duration FROM events"), "30.0");
  const history_row later = make_sample(90);
  next.store({&later, 1});
  history{history_place{file, "run-3"}};
  CAF_CHECK_EQUAL(ask("SELECT duration FROM events"), "30.0");
}

CAF_TEST(an event that was open when its run was killed with no sample stored does not last into the next run) {
  store(episode_at(1'700'000'000s));
  history next{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || (ended - started) || ' ' || json_array_length(evidence) FROM events"),
                  "0.0 0.0 1");
  const history_row later = make_sample(90);
  next.store({&later, 1});
  next.end();
  CAF_CHECK_EQUAL(ask("SELECT duration FROM events"), "0.0");
}

CAF_TEST(what is particular to an event and who did it are stored and amended) {
  auto x = stopped_for(2s, 1'700'000'000s);
  x.event.facts = R"({"boot":"abc"})";
  store(x);
  CAF_CHECK_EQUAL(ask("SELECT json_extract(facts, '$.boot') || ' ' || (blame IS NULL) FROM events"), "abc 1");
  event_amendment news;
  news.id = x.event.id;
  auto& blame = news.blame.emplace();
  blame.source = blame_source::recorded;
  blame.harm = 400ms;
  doer hog;
  hog.name = "hog", hog.pid = 21, hog.held = 400ms;
  blame.doers = {hog};
  store(news);
  store(news); // its sender was not sure
  const auto row = event_reader{file}.find(1).value_or(event_row{});
  CAF_CHECK_EQUAL(row.facts, R"({"boot":"abc"})");
  CAF_CHECK_EQUAL(row.blame, to_json(blame));
  CAF_CHECK_EQUAL(ask("SELECT json_extract(blame, '$.doers[0].name') FROM events"), "hog");
}

CAF_TEST(every kind of event has a word of its own and fits into its name) {
  std::set<std::string> words;
  for (std::size_t i = 0; i < event_kinds; ++i) {
    const auto kind = static_cast<event_kind>(i);
    CAF_CHECK(kind_of(mint_event_id(kind, 1'700'000'000s)) == kind);
    words.insert(to_string(kind));
  }
  CAF_CHECK_EQUAL(words.size(), event_kinds);
}

CAF_TEST(a stall that lasted when its run was killed is over for the next one and keeps its length at least) {
  event_record x;
  x.event.kind = event_kind::stall;
  x.event.started = 1'700'000'000s;
  x.event.ended = x.event.started + 8s;
  x.event.duration = 8s;
  x.event.id = mint_event_id(event_kind::stall, x.event.started);
  explain_stall(x.event, {stall_resource::disk, "sda", {"a direct read of sda"}, {}, false});
  store(x);
  store(make_sample(3));
  history{history_place{file, "run-2"}};
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || (ended - started) || ' ' || json_extract(stall, '$.over') FROM events"),
                  "8.0 8.0 1");
}

CAF_TEST(an episode that goes on after all gets its own end) {
  const auto episode = episode_at(1'700'000'000s);
  store(episode);
  store(make_sample(30));
  aut.end(); // the writer alone was restarted
  history again{history_place{file, "run-1"}};
  event_amendment end;
  end.id = episode.event.id;
  end.over = event_amendment::end{episode.event.started + 50s, 42s};
  const history_row row = end;
  again.store({&row, 1});
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || (evidence IS NULL) FROM events"), "42.0 1");
}

CAF_TEST(a ledger that does not sum to its duration is refused) {
  auto event = stopped_for(2050ms, 1'700'000'000s);
  event.event.duration += 2ms;
  std::optional<storage_failure> why;
  try {
    store(event);
  } catch (const storage_problem& x) {
    why = x.kind;
  }
  CAF_CHECK(why == storage_failure::refused);
}

CAF_TEST(whatever lines a ledger has are stored and sum up) {
  event_record event;
  event.event.started = 1'700'000'000s;
  for (std::size_t i = 0; i < pause_causes; ++i)
    event.event.book.lines[i] = {std::chrono::milliseconds{10 * (i + 1)}, "so it seems"};
  event.event.duration = event.event.book.total();
  event.event.cause = pause_cause::interrupts;
  event.event.scope = pause_scope::daemon_and_sampler;
  store(event);
  CAF_CHECK_EQUAL(ask("SELECT cause || ' ' || scope FROM events"), "interrupts daemon_and_sampler");
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM events, json_each(ledger)"), std::to_string(pause_causes));
}

CAF_TEST(events are read newest first and by what they are) {
  for (int i = 0; i < 10; ++i)
    store(stopped_for(1s + i * 100ms, 1'700'000'000s + i * 60s));
  auto sleep = stopped_for(8h, 1'700'001'000s);
  sleep.event.kind = event_kind::sleep;
  sleep.event.id = mint_event_id(event_kind::sleep, sleep.event.started);
  store(sleep);
  event_reader reader{file};
  const auto read = [&reader](const event_range& range) {
    std::vector<std::int64_t> ids;
    reader.events(range, [&ids](const event_row& x) {
      ids.push_back(x.id);
      return true;
    });
    return ids;
  };
  using ids = std::vector<std::int64_t>;
  event_range range;
  range.limit = 3;
  CAF_CHECK_EQUAL(read(range), (ids{11, 10, 9}));
  range.kinds = {"pause"};
  CAF_CHECK_EQUAL(read(range), (ids{10, 9, 8}));
  range = {};
  range.least_duration = 1.85;
  range.kinds = {"pause"};
  CAF_CHECK_EQUAL(read(range), (ids{10}));
  range = {};
  range.since = 1'700'000'060;
  range.until = 1'700'000'180;
  CAF_CHECK_EQUAL(read(range), (ids{3, 2}));
  range = {};
  range.causes = {"io"};
  CAF_CHECK(read(range).empty());
  range.limit = 3;
  range.causes = {"io", "stopped"};
  range.kinds = {"outage", "pause"};
  CAF_CHECK_EQUAL(read(range), (ids{10, 9, 8}));
  CAF_CHECK_EQUAL(reader.count(range), 10u); // whatever the limit
  CAF_CHECK_EQUAL(reader.count({}), 11u);
  const auto one = reader.find(2);
  CAF_REQUIRE(one.has_value());
  CAF_CHECK_EQUAL(one->cause, "stopped");
  CAF_CHECK_EQUAL(one->duration.value_or(0), 1.1);
  CAF_CHECK(!one->stress_io);
  CAF_CHECK_EQUAL(reader.lead_up(2).size(), 120u);
  CAF_CHECK(!reader.find(99));
}

CAF_TEST(outages of some causes are read beside the kinds that are asked for) {
  store(stopped_for(1s, 1'700'000'000s));
  auto outage = stopped_for(1s, 1'700'000'100s);
  outage.event.kind = event_kind::outage;
  outage.event.id = mint_event_id(event_kind::outage, outage.event.started);
  outage.event.facts = R"({"cause":"daemon_stopped"})";
  store(outage);
  event_reader reader{file};
  const auto count = [&reader](std::vector<std::string> kinds, std::vector<std::string> outage_causes) {
    event_range range;
    range.kinds = std::move(kinds);
    range.outage_causes = std::move(outage_causes);
    return reader.count(range);
  };
  CAF_CHECK_EQUAL(count({}, {"daemon_stopped"}), 1u);
  CAF_CHECK_EQUAL(count({"pause"}, {"daemon_stopped"}), 2u);
  CAF_CHECK_EQUAL(count({"sleep"}, {"daemon_stopped", "killed"}), 1u);
  CAF_CHECK_EQUAL(count({}, {"killed"}), 0u);
  CAF_CHECK_EQUAL(count({"pause"}, {}), 1u);
}

CAF_TEST(the newest event is the one that was stored last whatever the clock said) {
  store(stopped_for(1s, 1'800'000'000s)); // the clock was ahead
  store(stopped_for(1s, 1'700'000'000s));
  event_reader reader{file};
  event_range range;
  range.limit = 1;
  reader.events(range, [](const event_row& x) {
    CAF_CHECK_EQUAL(x.id, 2);
    return true;
  });
}

CAF_TEST(without a sample before it the stress of an event is absent) {
  auto event = stopped_for(2050ms, 1'700'000'000s);
  event.stress.reset();
  event.culprits.clear();
  event.lead_up.clear();
  store(event);
  CAF_CHECK_EQUAL(ask("SELECT (stress_total IS NULL) || ' ' || culprits FROM events"), "1 []");
}

CAF_TEST(what was captured is stored with its event) {
  const auto event = stopped_for(3s, 1'700'000'000s);
  store(event);
  capture_report report;
  report.event = event.event.id;
  report.folder = "events/2023-11-14T22-13-20Z-1";
  report.findings = {"\"quoted\" \x1b[31m"};
  report.artifacts = {{"processes", "processes.json", artifact_status::ok, 12, 4ms, 300ms, ""}};
  report.bill = {50ms, 1200ms, 12};
  store(report);
  store(event); // amended later, it keeps its evidence
  event_reader reader{file};
  const auto row = reader.find(1);
  CAF_REQUIRE(row);
  CAF_CHECK_EQUAL(row->event_dir, "events/2023-11-14T22-13-20Z-1");
  CAF_CHECK_EQUAL(row->capture, to_json(report));
  CAF_CHECK_EQUAL(ask("SELECT json_extract(capture, '$.bill.cpu') FROM events"), "0.05");
  CAF_CHECK_EQUAL(ask("SELECT json_extract(capture, '$.findings[0]') FROM events"), "\"quoted\" \x1b[31m");
}

CAF_TEST(a capture that was skipped says why and takes no folder away) {
  const auto event = stopped_for(3s, 1'700'000'000s);
  store(event);
  capture_report done;
  done.event = event.event.id;
  done.folder = "events/x";
  store(done);
  capture_report skipped;
  skipped.event = done.event;
  skipped.status = capture_status::skipped;
  skipped.why = "The budget is used up.";
  store(skipped);
  CAF_CHECK_EQUAL(ask("SELECT event_dir || ' ' || json_extract(capture, '$.why') FROM events"),
                  "events/x The budget is used up.");
}

CAF_TEST(the pinned folders are known) {
  const auto event = stopped_for(3s, 1'700'000'000s);
  store(event);
  capture_report report;
  report.event = event.event.id;
  report.folder = "events/x";
  store(report);
  CAF_CHECK(aut.pinned_folders().empty());
  history_editor{file}.mark(1, "pinned");
  CAF_CHECK_EQUAL(aut.pinned_folders(), (std::vector<std::string>{"events/x"}));
}

CAF_TEST(a note waits for a lock that passes and says so if it does not) {
  store(stopped_for(3s, 1'700'000'000s));
  SQLite::Database other{file.string(), SQLite::OPEN_READWRITE};
  other.exec("BEGIN IMMEDIATE");
  std::optional<storage_failure> why;
  try {
    history_editor{file, 50ms}.note(1, "mine");
  } catch (const storage_problem& problem) {
    why = problem.kind;
  }
  CAF_CHECK(why == storage_failure::busy);
  other.exec("ROLLBACK");
  CAF_CHECK(history_editor{file}.note(1, "mine"));
}

CAF_TEST(a history of the first version is read as it is and becomes one of this version) {
  const auto old = folder.path / "old.db";
  {
    SQLite::Database database{old.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    database.exec(schema_steps[0]);
    database.exec("PRAGMA user_version = 1; PRAGMA application_id = "
                  + std::to_string(history_application_id)
                  + "; INSERT INTO events(kind, started, event_dir, duration, ledger, notes) "
                    "VALUES('pause', 5, 'events/5', 2, '{\"stopped\":2.0}', 'mine');"
                    "INSERT INTO event_samples(event_id, timestamp, interval) VALUES(1, 4, 1), (1, 5, 1);");
  }
  CAF_CHECK_EQUAL(event_reader{old}.find(1).value_or(event_row{}).event_dir, "events/5");
  history opened{history_place{old, "run-2"}};
  capture_report report;
  report.event = mint_event_id(event_kind::pause, 5s);
  const history_row row = report;
  opened.store({&row, 1});
  const auto found = event_reader{old}.find(1).value_or(event_row{});
  CAF_CHECK_EQUAL(found.event_dir, "events/5");
  CAF_CHECK_EQUAL(found.capture, to_json(report));
  CAF_CHECK_EQUAL(found.ledger, "{\"stopped\":2.0}");
  CAF_CHECK_EQUAL(found.notes, "mine");
  SQLite::Database database{old.string(), SQLite::OPEN_READWRITE};
  CAF_CHECK_EQUAL(database.execAndGet("SELECT count(*) FROM event_samples WHERE event_id = 1").getInt(), 2);
  CAF_CHECK_EQUAL(database.execAndGet("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%_of_2'").getInt(), 0);
  database.exec("PRAGMA foreign_keys = ON; DELETE FROM events");
  CAF_CHECK_EQUAL(database.execAndGet("SELECT count(*) FROM event_samples").getInt(), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
