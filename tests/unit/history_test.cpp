#define CAF_SUITE history
#include "actors/storage_writer/explain_failure_sqlite.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"

#include "support/sample_maker.hpp"
#include "support/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

struct fixture {
  temporary_folder folder;
  fs::path file = folder.path / "pmactor.db";

  std::unique_ptr<history> open(const std::string& run = "run-1") {
    return std::make_unique<history>(history_place{file, run, std::chrono::milliseconds{20}});
  }

  /// What another program would see.
  std::string ask(const std::string& query) {
    SQLite::Database db{file.string(), SQLite::OPEN_READONLY};
    SQLite::Statement statement{db, query};
    std::string result;
    while (statement.executeStep()) {
      for (int i = 0; i < statement.getColumnCount(); ++i) {
        if (i > 0)
          result += '|';
        result += statement.isColumnNull(i) ? "NULL" : statement.getColumn(i).getString();
      }
      result += '\n';
    }
    if (!result.empty())
      result.pop_back();
    return result;
  }

  void tell(const std::string& order) {
    SQLite::Database db{file.string(), SQLite::OPEN_READWRITE};
    db.exec(order);
  }

  std::string columns(const std::string& table) {
    return ask("SELECT group_concat(name, ', ') FROM pragma_table_info('" + table + "')");
  }

  /// @returns the damaged databases that were kept, without their logs.
  std::size_t kept() {
    const auto all = files("pmactor.db.corrupt-");
    return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const std::string& x) { return x.ends_with('Z'); }));
  }

  /// @returns the names in the folder that begin like this.
  std::vector<std::string> files(const std::string& begin) {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator{folder.path})
      if (entry.path().filename().string().starts_with(begin))
        result.push_back(entry.path().filename().string());
    std::sort(result.begin(), result.end());
    return result;
  }

  static std::size_t store(history_port& port, std::vector<history_row> rows) {
    return port.store(rows);
  }

  /// Runs what must fail. @returns why it did.
  template <class F>
  static std::pair<std::string, std::string> failure(F f) {
    try {
      f();
    } catch (const storage_problem& e) {
      return {to_string(e.kind), e.what()};
    }
    return {"none", ""};
  }

  void write_file(const fs::path& path, const std::string& bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
  }

  std::string read_file(const fs::path& path) {
    std::ostringstream result;
    result << std::ifstream{path, std::ios::binary}.rdbuf();
    return result.str();
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(history_tests, fixture)

CAF_TEST(the tables have exactly these columns) {
  open();
  CAF_CHECK_EQUAL(columns("samples"),
                  "id, timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, swap_used, "
                  "io_read, io_write, net_sent, net_recv, cpu_temp, cpu_freq, throttled, gpu_pct, "
                  "psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some, psi_io_full, stress_total, "
                  "stress_load, stress_memory, stress_thermal, stress_latency, stress_io");
  CAF_CHECK_EQUAL(columns("process_samples"), "id, sample_id, pid, start_time, name, cpu_pct, mem_bytes, "
                                              "io_read, io_write, state, is_suspect");
  CAF_CHECK_EQUAL(columns("daemon_state"), "key, value, updated_at");
  CAF_CHECK_EQUAL(columns("events"),
                  "id, kind, started, ended, duration, uncertainty, expected, latency_ratio, asleep, "
                  "cause, confidence, scope, ledger, evidence, stress_total, stress_load, stress_memory, "
                  "stress_thermal, stress_latency, stress_io, culprits, event_dir, status, notes, "
                  "capture");
  CAF_CHECK(columns("event_samples").starts_with("id, event_id, timestamp"));
}

CAF_TEST(a new history is marked and private and shrinks in steps) {
  open();
  CAF_CHECK_EQUAL(ask("PRAGMA user_version"), "3");
  CAF_CHECK_EQUAL(ask("PRAGMA application_id"), std::to_string(history_application_id));
  CAF_CHECK_EQUAL(ask("PRAGMA journal_mode"), "wal");
  CAF_CHECK_EQUAL(ask("PRAGMA auto_vacuum"), "2");
  auto port = open();
  store(*port, {make_sample(1)});
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat found{};
    CAF_REQUIRE_EQUAL(::stat((file.string() + suffix).c_str(), &found), 0);
    CAF_CHECK_EQUAL(found.st_mode & 0777u, 0600u);
  }
}

CAF_TEST(the connection that writes is the one with normal synchronisation) {
  CAF_CHECK(contains(open()->opened(), "wal, synchronous NORMAL"));
  CAF_CHECK(contains(open()->opened(), "wal, synchronous NORMAL"));
}

CAF_TEST(a missing data folder is made for this user alone) {
  file = folder.path / "a" / "b" / "pmactor.db";
  open();
  struct stat found{};
  CAF_REQUIRE_EQUAL(::stat(file.parent_path().c_str(), &found), 0);
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0700u);
}

CAF_TEST(a sample is stored with its processes and what is absent is null) {
  auto port = open();
  auto sample = make_sample(7);
  sample.throttled = true;
  sample.processes[1] = {};
  sample.processes[1].name = "bare";
  sample.processes[0].is_suspect = true;
  CAF_CHECK_EQUAL(store(*port, {sample}), 1u);
  CAF_CHECK_EQUAL(ask("SELECT timestamp, interval, cpu_pct, load_avg, mem_available, swap_used, io_read, "
                      "io_write, cpu_temp, throttled, psi_io_full, stress_total, stress_load, stress_io "
                      "FROM samples"),
                  "1700000007.0|1.0|12.5|0.75|4500000000|NULL|NULL|123456.0|NULL|1|NULL|10.0|10.0|NULL");
  CAF_CHECK_EQUAL(ask("SELECT sample_id, pid, start_time, name, cpu_pct, mem_bytes, io_read, io_write, "
                      "state, is_suspect FROM process_samples"),
                  "1|1000|1700000000.0|worker-0|3.25|1000000|NULL|NULL|S|1\n"
                  "1|0|NULL|bare|NULL|NULL|NULL|NULL|NULL|0");
}

CAF_TEST(a sample that comes again is not stored again) {
  auto port = open();
  CAF_CHECK_EQUAL(store(*port, {make_sample(1), make_sample(2)}), 2u);
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 0u);
  CAF_CHECK_EQUAL(store(*port, {make_sample(2), make_sample(3), make_sample(3)}), 1u);
  port = open(); // a successor in the same run
  CAF_CHECK_EQUAL(store(*port, {make_sample(3), make_sample(4)}), 1u);
  CAF_CHECK_EQUAL(ask("SELECT group_concat(timestamp - 1700000000) FROM samples"), "1.0,2.0,3.0,4.0");
}

CAF_TEST(two connections of one run never store a sample twice) {
  auto hung = open();
  auto successor = open();
  CAF_CHECK_EQUAL(store(*successor, {make_sample(1)}), 1u);
  CAF_CHECK_EQUAL(store(*hung, {make_sample(1), make_sample(2)}), 1u);
  CAF_CHECK_EQUAL(store(*successor, {make_sample(2)}), 0u);
}

CAF_TEST(another run counts its ticks anew) {
  store(*open("run-1"), {make_sample(9)});
  CAF_CHECK_EQUAL(store(*open("run-10"), {make_sample(1)}), 1u);
  CAF_CHECK_EQUAL(store(*open("run-2"), {make_sample(1)}), 1u);
}

CAF_TEST(all rows of a batch are stored or none) {
  auto port = open();
  store(*port, {make_sample(1)});
  tell("CREATE TRIGGER no BEFORE INSERT ON process_samples WHEN NEW.name = 'bad' "
       "BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  auto bad = make_sample(3);
  bad.processes[1].name = "bad";
  const auto [kind, words] = failure([&] { store(*port, {make_sample(2), bad}); });
  CAF_CHECK_EQUAL(kind, "refused");
  CAF_CHECK(contains(words, "not this one"));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "1");
  CAF_CHECK_EQUAL(store(*port, {make_sample(2)}), 1u);
}

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

CAF_TEST(a value is remembered over a restart in place of the one before) {
  auto port = open("run-1");
  store(*port, {remember{"io-baseline", "1"}, make_sample(1), remember{"io-baseline", "2"}});
  port = open("run-2");
  CAF_CHECK(port->recall("io-baseline") == "2");
  CAF_CHECK(!port->recall("never"));
  CAF_CHECK(history_reader{file}.recall("io-baseline") == "2");
  store(*port, {remember{"it's", std::string(100'000, 'v')}});
  CAF_CHECK(port->recall("it's") == std::string(65536, 'v'));
}

CAF_TEST(what is too old is removed in batches with its processes) {
  auto port = open();
  std::vector<history_row> rows;
  for (std::uint64_t tick = 1; tick <= 100; ++tick)
    rows.push_back(make_sample(tick, 3));
  port->store(rows);
  prune_order order;
  order.samples_before = 1'700'000'051.0;
  order.rows = 20;
  std::vector<std::size_t> removed;
  for (prune_result result{0, 0, true}; result.more;) {
    result = port->prune(order);
    removed.push_back(result.samples);
    CAF_REQUIRE(removed.size() < 10u);
  }
  CAF_CHECK_EQUAL(removed, (std::vector<std::size_t>{20, 20, 10, 0}));
  CAF_CHECK_EQUAL(ask("SELECT count(*), min(timestamp) FROM samples"), "50|1700000051.0");
  CAF_CHECK_EQUAL(ask("SELECT count(*), min(sample_id) FROM process_samples"), "150|51");
  CAF_CHECK_EQUAL(port->size().samples, 50u);
}

CAF_TEST(pinned events stay and others go with their lead up and their folder) {
  auto port = open();
  tell("PRAGMA foreign_keys = ON;"
       "INSERT INTO events(id, kind, started, status, event_dir) VALUES"
       "(1, 'pause', 100, 'new', 'events/1'), (2, 'pause', 101, 'pinned', 'events/2'),"
       "(3, 'sleep', 102, 'reviewed', NULL), (4, 'pause', 500, 'new', 'events/4');"
       "INSERT INTO event_samples(event_id, timestamp, interval) VALUES (1, 99, 1), (2, 99, 1)");
  for (const char* name : {"1", "2", "4"}) {
    fs::create_directories(folder.path / "events" / name);
    write_file(folder.path / "events" / name / "spindump.txt", "evidence");
  }
  prune_order order;
  order.events_before = 200;
  const auto result = port->prune(order);
  CAF_CHECK_EQUAL(result.events, 2u);
  CAF_CHECK_EQUAL(ask("SELECT group_concat(id) FROM events"), "2,4");
  CAF_CHECK_EQUAL(ask("SELECT group_concat(event_id) FROM event_samples"), "2");
  CAF_CHECK(!fs::exists(folder.path / "events" / "1"));
  CAF_CHECK(fs::exists(folder.path / "events" / "2" / "spindump.txt"));
  CAF_CHECK(fs::exists(folder.path / "events" / "4" / "spindump.txt"));
}

CAF_TEST(a prune deletes nothing outside the folder of events) {
  auto port = open();
  fs::create_directories(folder.path / "precious");
  fs::create_directories(folder.path / "events");
  write_file(folder.path / "precious" / "letter", "dear");
  fs::create_directory_symlink(folder.path / "precious", folder.path / "events" / "link");
  tell("INSERT INTO events(kind, started, event_dir) VALUES ('pause', 1, '"
       + (folder.path / "precious").string()
       + "'), ('pause', 1, 'events/../precious'), ('pause', 1, 'events/link'), ('pause', 1, 'events')");
  prune_order order;
  order.events_before = 200;
  CAF_CHECK_EQUAL(port->prune(order).events, 4u);
  CAF_CHECK(fs::exists(folder.path / "precious" / "letter"));
  CAF_CHECK(fs::exists(folder.path / "events"));
}

CAF_TEST(a file that shrank a lot gives its pages back in steps) {
  auto port = open();
  for (std::uint64_t tick = 1; tick <= 2000; tick += 50) {
    std::vector<history_row> rows;
    for (auto i = tick; i < tick + 50; ++i)
      rows.push_back(make_sample(i, 15));
    port->store(rows);
  }
  port->end();
  port.reset();
  const auto before = fs::file_size(file);
  port = open("run-2");
  prune_order order;
  order.samples_before = 2e9;
  order.rows = 256;
  int steps = 0;
  while (port->prune(order).more)
    CAF_REQUIRE(++steps < 1000);
  port->end();
  port.reset();
  CAF_CHECK(fs::file_size(file) < before / 2);
  CAF_CHECK(steps > 8); // the rows alone take 8
  CAF_CHECK_EQUAL(ask("PRAGMA integrity_check"), "ok");
}

CAF_TEST(an event with a ledger that does not sum to its duration is refused) {
  open();
  auto accepted = [this](const std::string& values) {
    try {
      tell("INSERT INTO events(kind, started, duration, ledger) VALUES(" + values + ')');
      return true;
    } catch (const SQLite::Exception&) {
      return false;
    }
  };
  CAF_CHECK(accepted("'pause', 1, 2.5, '{\"io\": 2.0, \"unexplained\": 0.4995}'"));
  CAF_CHECK(accepted("'pause', 1, 2.5, '{\"interrupts\": 2.0, \"kernel\": 0.25, \"traced\": 0.25}'"));
  CAF_CHECK(accepted("'critical', 1, NULL, NULL"));
  CAF_CHECK(!accepted("'pause', 1, 2.5, '{\"io\": 2.0, \"unexplained\": 0.4}'"));
  CAF_CHECK(!accepted("'pause', 1, 2.5, 'no json'"));
  CAF_CHECK(!accepted("'party', 1, NULL, NULL"));
}

CAF_TEST(a history of a newer version is refused and left alone) {
  store(*open(), {make_sample(1)});
  tell("PRAGMA user_version = 4");
  const auto [kind, words] = failure([&] { open(); });
  CAF_CHECK_EQUAL(kind, "newer");
  CAF_CHECK(contains(words, "newer pmactor"));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "1");
  CAF_CHECK_EQUAL(failure([&] { history_reader{file}; }).first, "newer");
  CAF_CHECK(files("pmactor.db.corrupt").empty());
}

CAF_TEST(the database of another program is refused and left alone) {
  {
    SQLite::Database db{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    db.exec("CREATE TABLE letters(text)");
  }
  const auto before = read_file(file);
  CAF_CHECK_EQUAL(failure([&] { open(); }).first, "foreign");
  CAF_CHECK_EQUAL(failure([&] { history_reader{file}; }).first, "foreign");
  CAF_CHECK(read_file(file) == before);
}

CAF_TEST(a file that is no database is kept aside and a new history begun) {
  const std::string letter = "Dear diary, today the machine froze again. " + std::string(5000, 'z');
  write_file(file, letter);
  auto port = open();
  CAF_CHECK(contains(port->opened(), "kept as"));
  CAF_CHECK(!port->alarm().empty());
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
  const auto kept = files("pmactor.db.corrupt-");
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK(read_file(folder.path / kept[0]) == letter);
  // The second damaged file does not replace the first.
  port.reset();
  write_file(file, "again");
  for (const char* suffix : {"-wal", "-shm"})
    fs::remove(file.string() + suffix);
  open();
  CAF_CHECK_EQUAL(files("pmactor.db.corrupt-").size(), 2u);
}

CAF_TEST(a truncated history is kept aside) {
  auto port = open();
  for (std::uint64_t tick = 1; tick < 50; ++tick)
    store(*port, {make_sample(tick, 15)});
  port->end();
  port.reset();
  fs::resize_file(file, fs::file_size(file) / 2);
  port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "kept as"));
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
  CAF_CHECK_EQUAL(kept(), 1u);
}

CAF_TEST(damage inside is found after an unclean end) {
  auto port = open();
  for (std::uint64_t tick = 1; tick < 100; ++tick)
    store(*port, {make_sample(tick, 15)});
  port->end();
  port.reset();
  tell("UPDATE daemon_state SET value = 'killed' WHERE key = 'last-start'");
  {
    std::fstream f{file, std::ios::in | std::ios::out | std::ios::binary};
    f.seekp(static_cast<std::streamoff>(fs::file_size(file) / 2));
    f << std::string(8192, '\x5a');
  }
  port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "damaged"));
  CAF_CHECK_EQUAL(kept(), 1u);
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "0");
}

CAF_TEST(a history without its tables is kept aside) {
  open()->end();
  tell("DROP TABLE process_samples");
  auto port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "no such table"));
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
}

CAF_TEST(an empty file is a new history) {
  write_file(file, "");
  auto port = open();
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
  CAF_CHECK(port->alarm().empty());
  CAF_CHECK(files("pmactor.db.corrupt-").empty());
}

CAF_TEST(the log of a database that is gone is kept) {
  auto port = open();
  store(*port, {make_sample(1)});
  fs::copy_file(file.string() + "-wal", folder.path / "copy");
  port->end();
  port.reset();
  fs::remove(file);
  fs::rename(folder.path / "copy", file.string() + "-wal");
  const auto log = read_file(file.string() + "-wal");
  CAF_REQUIRE(!log.empty());
  port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "log of a database that is gone"));
  const auto kept = files("pmactor.db.corrupt-");
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK(read_file(folder.path / kept[0]) == log);
}

CAF_TEST(a folder in its place is a sentence) {
  fs::create_directory(file);
  const auto [kind, words] = failure([&] { open(); });
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "it is a folder"));
}

CAF_TEST(a file in the place of the data folder is a sentence) {
  write_file(folder.path / "data", "x");
  file = folder.path / "data" / "pmactor.db";
  const auto [kind, words] = failure([&] { open(); });
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "Not a directory"));
}

CAF_TEST(what may not be written is a sentence and left alone) {
  open()->end();
  ::chmod(file.c_str(), 0400);
  ::chmod(folder.path.c_str(), 0500);
  // Root may write anything, so another user tries.
  const auto user = ::geteuid();
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(65534), 0);
  const auto [kind, words] = failure([&] { open("run-2"); });
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(0), 0);
  ::chmod(folder.path.c_str(), 0700);
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "Permission denied"));
  CAF_CHECK(files("pmactor.db.corrupt-").empty());
}

CAF_TEST(a lock of another program is busy and passes) {
  auto port = open();
  store(*port, {make_sample(1)});
  {
    SQLite::Database other{file.string(), SQLite::OPEN_READWRITE};
    other.exec("BEGIN IMMEDIATE");
    CAF_CHECK_EQUAL(failure([&] { store(*port, {make_sample(2)}); }).first, "busy");
    CAF_CHECK_EQUAL(failure([&] { open("run-2"); }).first, "busy");
    other.exec("COMMIT");
  }
  CAF_CHECK_EQUAL(store(*port, {make_sample(2)}), 1u);
  CAF_CHECK(files("pmactor.db.corrupt-").empty());
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

CAF_TEST(a full disk is full and passes) {
  auto port = open();
  store(*port, {make_sample(1)});
  // No file may grow beyond what is there: to SQLite, a disk that takes no more.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit none{fs::file_size(file.string() + "-wal"), before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);
  const auto kind = failure([&] { store(*port, {make_sample(2)}); }).first;
  ::setrlimit(RLIMIT_FSIZE, &before);
  CAF_CHECK(kind == "full" || kind == "io");
  CAF_CHECK_EQUAL(store(*port, {make_sample(2)}), 1u);
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "2");
  CAF_CHECK_EQUAL(ask("PRAGMA integrity_check"), "ok");
}

CAF_TEST(only damage is damage) {
  auto kind = [](int code, int system_errno = 0) { return to_string(failure_of(code, system_errno)); };
  CAF_CHECK_EQUAL(kind(SQLITE_CORRUPT), "corrupt");
  CAF_CHECK_EQUAL(kind(SQLITE_CORRUPT_INDEX), "corrupt");
  CAF_CHECK_EQUAL(kind(SQLITE_NOTADB), "corrupt");
  CAF_CHECK_EQUAL(kind(SQLITE_BUSY_SNAPSHOT), "busy");
  CAF_CHECK_EQUAL(kind(SQLITE_LOCKED), "busy");
  CAF_CHECK_EQUAL(kind(SQLITE_FULL), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_FSYNC, EIO), "io");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_SHMSIZE, ENOSPC), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_WRITE, EDQUOT), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_WRITE, EFBIG), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_CANTOPEN, EACCES), "denied");
  CAF_CHECK_EQUAL(kind(SQLITE_READONLY), "denied");
  CAF_CHECK_EQUAL(kind(SQLITE_READONLY_DBMOVED), "moved");
  CAF_CHECK_EQUAL(kind(SQLITE_CONSTRAINT_NOTNULL), "refused");
  CAF_CHECK_EQUAL(kind(SQLITE_TOOBIG), "refused");
  CAF_CHECK_EQUAL(kind(SQLITE_NOMEM), "other");
}

CAF_TEST(a file that was moved under us is not written to) {
  auto port = open();
  store(*port, {make_sample(1)});
  fs::rename(file, folder.path / "elsewhere.db");
  CAF_CHECK_EQUAL(failure([&] { store(*port, {make_sample(2)}); }).first, "moved");
  port = open();
  CAF_CHECK_EQUAL(store(*port, {make_sample(2)}), 1u);
}

CAF_TEST(only a run that was not ended is told of) {
  auto port = open("run-1");
  CAF_CHECK(port->alarm().empty());
  store(*port, {make_sample(1)});
  port = open("run-1");
  CAF_CHECK(port->alarm().empty());
  port->end();
  port = open("run-2");
  CAF_CHECK(port->alarm().empty());
  port = open("run-3");
  CAF_CHECK(contains(port->alarm(), "did not end in good order"));
  CAF_CHECK(contains(port->alarm(), "Its last sample is of 20"));
}

CAF_TEST(an orderly end leaves one file) {
  auto port = open();
  store(*port, {make_sample(1)});
  port->end();
  CAF_CHECK_EQUAL(files("pmactor.db"), (std::vector<std::string>{"pmactor.db"}));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "1");
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

CAF_TEST(hostile contents are read back as absent or cut) {
  auto port = open();
  store(*port, {make_sample(1)});
  tell("UPDATE samples SET cpu_pct = 'ninety', load_avg = x'00ff', io_read = 9e999;"
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
