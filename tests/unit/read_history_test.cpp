#define CAF_SUITE read_history
#include "actors/storage_writer/read_history_sqlite.hpp"

#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "actors/storage_writer/migrate_schema_sqlite.hpp"
#include "actors/storage_writer/read_series_sqlite.hpp"

#include "app/history/read_lead_ups.hpp"

#include "support/history_fixture.hpp"
#include "support/sample_maker.hpp"

#include <cmath>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

using fixture = history_fixture;

} // namespace

CAF_TEST_FIXTURE_SCOPE(read_history_tests, fixture)

CAF_TEST(a name may hold any byte) {
  auto port = open();
  auto sample = make_sample(1, 5);
  sample.processes[0].name = "it's \"quoted\"; DROP TABLE samples; --";
  sample.processes[1].name = "two\nlines\x1b[2J";
  sample.processes[2].name = "not\xff\xfeutf8";
  sample.processes[3].name = std::string{"nul\0inside", 10};
  sample.processes[4].name = std::string(100'000, 'x');
  sample.processes[4].state = '\x01';
  store(*port, {sample});
  history_reader reader{file};
  const auto found = reader.processes(1);
  CAF_REQUIRE_EQUAL(found.size(), 5u);
  for (std::size_t i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(found[i].name, sample.processes[i].name);
  CAF_CHECK_EQUAL(found[4].name, std::string(256, 'x'));
  CAF_CHECK(!found[4].state);
}

CAF_TEST(the seconds that were kept before an event stand between the samples if they are asked for) {
  constexpr double begin = 1'700'000'000;
  auto port = open();
  store(*port, {make_sample(5), make_sample(10), make_sample(15), make_sample(20)});
  for (const int second : {12, 14}) { // the later one has the seconds of the earlier one as well
    event_record x;
    x.event.started = std::chrono::seconds{1'700'000'000 + second};
    x.event.ended = x.event.started + std::chrono::seconds{1};
    x.event.duration = std::chrono::seconds{1};
    x.event.book[pause_cause::unexplained].length = x.event.duration;
    x.event.id = mint_event_id(x.event.kind, x.event.started);
    for (int i = 6; i <= second; ++i) {
      auto& kept = x.lead_up.emplace_back(make_sample(static_cast<std::uint64_t>(i)));
      kept.stress.load = i == 9 ? 40 : 2;
    }
    const history_row row = x;
    port->store({&row, 1});
  }
  history_reader reader{file};
  const auto seconds = [&reader](sample_range range) {
    std::string result;
    range.order = sample_order::time;
    range.newest_first = false;
    reader.samples(range, [&](const sample_row& row) {
      result += std::to_string(std::lround(row.at() - begin)) + (row.id > 0 ? " " : "* ");
      CAF_CHECK_EQUAL(row[sample_column::mem_total].value_or(0), 8e9);
      return true;
    });
    return result;
  };
  sample_range range;
  CAF_CHECK_EQUAL(seconds(range), "5 10 15 20 ");
  range.kept = lead_ups::beside_samples;
  CAF_CHECK_EQUAL(seconds(range), "5 6* 7* 8* 9* 10 11* 12* 13* 14* 15 20 ");
  range.since = begin + 8;
  range.until = begin + 12;
  CAF_CHECK_EQUAL(seconds(range), "8* 9* 10 11* ");
  range.stress_above = 30;
  CAF_CHECK_EQUAL(seconds(range), "9* ");
  range.stress_above.reset();
  range.kept = lead_ups::alone;
  CAF_CHECK_EQUAL(seconds(range), "8* 9* 11* ");
}

CAF_TEST(of samples and the seconds that were kept beside them the newest are taken) {
  constexpr double begin = 1'700'000'000;
  auto port = open();
  store(*port, {make_sample(5), make_sample(10), make_sample(15)});
  event_record x;
  x.event.started = std::chrono::seconds{1'700'000'013};
  x.event.ended = x.event.started + std::chrono::seconds{1};
  x.event.duration = std::chrono::seconds{1};
  x.event.book[pause_cause::unexplained].length = x.event.duration;
  x.event.id = mint_event_id(x.event.kind, x.event.started);
  for (std::uint64_t i = 8; i <= 12; ++i)
    x.lead_up.push_back(make_sample(i));
  const history_row row = x;
  port->store({&row, 1});
  history_reader reader{file};
  const auto newest = [&reader](std::size_t limit) {
    sample_range range;
    range.limit = limit;
    std::vector<sample_row> samples;
    reader.samples(range, [&samples](const sample_row& one) {
      samples.push_back(one);
      return true;
    });
    std::string result;
    for (const auto& one : with_lead_ups(reader, range, std::move(samples)))
      result += std::to_string(std::lround(one.at() - begin)) + (one.id > 0 ? " " : "* ");
    return result;
  };
  CAF_CHECK_EQUAL(newest(20), "15 12* 11* 10 9* 8* 5 ");
  CAF_CHECK_EQUAL(newest(3), "15 12* 11* ");
  CAF_CHECK_EQUAL(newest(1), "15 ");
}

CAF_TEST(a reader does not stop the writer) {
  auto port = open();
  store(*port, {make_sample(1), make_sample(2)});
  history_reader reader{file};
  sample_range oldest_first;
  oldest_first.newest_first = false;
  std::uint64_t tick = 2;
  reader.samples(oldest_first, [&](const sample_row&) {
    CAF_CHECK_EQUAL(store(*port, {make_sample(++tick)}), 1u);
    return true;
  });
  CAF_CHECK_EQUAL(tick, 4u);
}

CAF_TEST(a history in a folder that may not be written is read) {
  auto port = open();
  store(*port, {make_sample(1)});
  port->end();
  port.reset();
  ::chmod(file.c_str(), 0444);
  ::chmod(folder.path.c_str(), 0555);
  const auto user = ::geteuid();
  if (user == 0) // may write anything, so another user reads
    CAF_REQUIRE_EQUAL(::seteuid(65534), 0);
  std::size_t count = 0;
  const auto why = failure([&] { count = history_reader{file}.count({}); }).second;
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(0), 0);
  ::chmod(folder.path.c_str(), 0700);
  CAF_CHECK_EQUAL(why, "");
  CAF_CHECK_EQUAL(count, 1u);
}

CAF_TEST(a log that cannot be read is said to be the reason) {
  auto port = open();
  store(*port, {make_sample(1)});
  for (const char* suffix : {"", "-wal"})
    fs::copy_file(file.string() + suffix, folder.path / (std::string{"copy.db"} + suffix));
  ::chmod(folder.path.c_str(), 0555);
  for (const char* name : {"copy.db", "copy.db-wal"})
    ::chmod((folder.path / name).c_str(), 0444);
  const auto user = ::geteuid();
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(65534), 0);
  const auto why = failure([&] { history_reader{folder.path / "copy.db"}; }).second;
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(0), 0);
  ::chmod(folder.path.c_str(), 0700);
  CAF_CHECK(contains(why, "Copy both to a folder of your own"));
}

CAF_TEST(the newest sample is the one that was stored last whatever the clock said) {
  auto port = open();
  std::vector<history_row> rows;
  for (std::uint64_t tick = 1; tick <= 6; ++tick) {
    auto sample = make_sample(tick, 0);
    if (tick <= 3) // the clock was a month ahead
      sample.system.at.wall += std::chrono::days{30};
    rows.push_back(sample);
  }
  port->store(rows);
  history_reader reader{file};
  CAF_CHECK_EQUAL(reader.newest()->id, 6);
  const auto ids = [&reader](const sample_range& range) {
    std::string result;
    reader.samples(range, [&result](const sample_row& row) {
      result += std::to_string(row.id) + ' ';
      return true;
    });
    return result;
  };
  sample_range range;
  range.limit = 4;
  CAF_CHECK_EQUAL(ids(range), "6 5 4 3 ");
  range = {};
  range.newest_first = false;
  range.since = 1'700'000'000.0;
  CAF_CHECK_EQUAL(ids(range), "1 2 3 4 5 6 ");
  range.until = 1'700'000'006.0;
  CAF_CHECK_EQUAL(ids(range), "4 5 ");
  range = {};
  range.order = sample_order::time; // for what is nearest to a moment
  CAF_CHECK_EQUAL(ids(range), "3 2 1 6 5 4 ");
}

CAF_TEST(samples are read by range in either order) {
  auto port = open();
  std::vector<history_row> rows;
  for (std::uint64_t tick = 1; tick <= 100; ++tick) {
    rows.push_back(make_sample(tick, 0));
    std::get<scored_sample>(rows.back()).stress.load = static_cast<double>(tick % 40);
  }
  port->store(rows);
  history_reader reader{file};
  auto ids = [&](const sample_range& range) {
    std::string result;
    reader.samples(range, [&](const sample_row& row) {
      result += std::to_string(row.id) + ' ';
      return row.id != 66;
    });
    return result;
  };
  sample_range range;
  range.limit = 3;
  CAF_CHECK_EQUAL(ids(range), "100 99 98 ");
  range.newest_first = false;
  CAF_CHECK_EQUAL(ids(range), "1 2 3 ");
  range.since = 1'700'000'010.0;
  CAF_CHECK_EQUAL(ids(range), "10 11 12 ");
  range.until = 1'700'000'012.0;
  CAF_CHECK_EQUAL(ids(range), "10 11 ");
  CAF_CHECK_EQUAL(reader.count(range), 2u);
  range = {};
  range.stress_above = 38;
  CAF_CHECK_EQUAL(ids(range), "79 39 ");
  range = {};
  range.since = 1'700'000'065.0;
  range.newest_first = false;
  CAF_CHECK_EQUAL(ids(range), "65 66 ");
  CAF_CHECK_EQUAL(reader.count({}), 100u);
  const auto newest = reader.newest();
  CAF_REQUIRE(newest);
  CAF_CHECK_EQUAL(newest->id, 100);
  CAF_CHECK((*newest)[sample_column::cpu_pct] == 12.5);
  CAF_CHECK(!(*newest)[sample_column::swap_used]);
}

CAF_TEST(a history of before lateness was kept is read as it is and goes on with it) {
  {
    SQLite::Database old{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    for (std::size_t i = 0; i < 6; ++i)
      old.exec(schema_steps[i]);
    old.exec("PRAGMA user_version = 6; PRAGMA application_id = " + std::to_string(history_application_id)
             + "; INSERT INTO samples(timestamp, interval, stress_total) VALUES(1700000000, 1, 12)");
  }
  const auto read = [this] {
    std::vector<double> result;
    series_reader{file, {sample_column::stress_total, sample_column::late_disk}}.between(
      0, 1e10, [&result](const series_row& x) {
        result.insert(result.end(), x.values.begin(), x.values.end());
        return true;
      });
    return result;
  };
  CAF_CHECK(!(*history_reader{file}.newest())[sample_column::late_beat]);
  const auto before = read();
  CAF_REQUIRE_EQUAL(before.size(), 2u);
  CAF_CHECK_EQUAL(before[0], 12.0);
  CAF_CHECK(std::isnan(before[1]));
  CAF_CHECK_EQUAL(history_editor{file}.prune({1.0, {}, 10}).samples, 0u); // a visitor changes no tables
  auto port = open();
  auto sample = make_sample(1);
  sample.late.note(late_part::disk, std::chrono::milliseconds{4});
  store(*port, {sample});
  const auto after = read();
  CAF_REQUIRE_EQUAL(after.size(), 4u);
  CAF_CHECK(std::isnan(after[1]));
  CAF_CHECK_EQUAL(after[3], 0.004);
  CAF_CHECK_EQUAL(ask("SELECT late_beat, late_disk FROM samples ORDER BY id"), "NULL|NULL\nNULL|0.004");
}

CAF_TEST(hostile contents are read back as absent or cut) {
  auto port = open();
  store(*port, {make_sample(1)});
  execute("UPDATE samples SET cpu_pct = 'ninety', load_avg = x'00ff', io_read = 9e999;"
       "UPDATE process_samples SET name = printf('%.*c', 1000000, 'x'), state = 'SSS', pid = 'me';"
       "UPDATE process_samples SET name = x'ff00' WHERE id = 2;"
       "INSERT INTO process_samples(sample_id, pid, name, is_suspect) "
       "SELECT 1, value, 'many', 'yes' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT "
       "value + 1 FROM n LIMIT 1000) SELECT value FROM n)");
  history_reader reader{file};
  const auto row = reader.newest();
  CAF_REQUIRE(row);
  CAF_CHECK(!(*row)[sample_column::cpu_pct]);
  CAF_CHECK(!(*row)[sample_column::load_avg]);
  CAF_CHECK(!(*row)[sample_column::io_read]);
  const auto processes = reader.processes(1);
  CAF_CHECK_EQUAL(processes.size(), 256u);
  CAF_CHECK_EQUAL(processes[0].name.size(), 4096u);
  CAF_CHECK(!processes[0].state);
  CAF_CHECK_EQUAL(processes[0].pid, 0);
  CAF_CHECK_EQUAL(processes[1].name, "");
}

CAF_TEST(reading what is not there is a sentence) {
  const auto [kind, words] = failure([&] { history_reader{file}; });
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "there is none yet"));
  CAF_CHECK(!fs::exists(file));
}

CAF_TEST_FIXTURE_SCOPE_END()
