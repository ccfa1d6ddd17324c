#define CAF_SUITE history
#include "actors/storage_writer/read_history_sqlite.hpp"

#include "support/history_fixture.hpp"
#include "support/sample_maker.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <csignal>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

using fixture = history_fixture;

} // namespace

CAF_TEST_FIXTURE_SCOPE(history_tests, fixture)

CAF_TEST(the tables have exactly these columns) {
  open();
  CAF_CHECK_EQUAL(columns("samples"),
                  "id, timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, swap_used, "
                  "io_read, io_write, net_sent, net_recv, cpu_temp, cpu_freq, throttled, gpu_pct, "
                  "psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some, psi_io_full, stress_total, "
                  "stress_load, stress_memory, stress_thermal, stress_latency, stress_io, late_beat, late_cpu, "
                  "late_memory, late_disk, late_mount, late_program, late_desktop");
  CAF_CHECK_EQUAL(columns("process_samples"), "id, sample_id, pid, start_time, name, cpu_pct, mem_bytes, "
                                              "io_read, io_write, state, is_suspect");
  CAF_CHECK_EQUAL(columns("daemon_state"), "key, value, updated_at");
  CAF_CHECK_EQUAL(columns("events"),
                  "id, kind, started, ended, duration, uncertainty, expected, latency_ratio, asleep, "
                  "cause, confidence, scope, ledger, evidence, stress_total, stress_load, stress_memory, "
                  "stress_thermal, stress_latency, stress_io, culprits, event_dir, status, notes, "
                  "capture, event_id, stall, part_of, facts, blame");
  CAF_CHECK(columns("event_samples").starts_with("id, event_id, timestamp"));
}

CAF_TEST(a new history is marked and private and shrinks in steps) {
  open();
  CAF_CHECK_EQUAL(ask("PRAGMA user_version"), "7");
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
  execute("CREATE TRIGGER no BEFORE INSERT ON process_samples WHEN NEW.name = 'bad' "
       "BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  auto bad = make_sample(3);
  bad.processes[1].name = "bad";
  const auto [kind, words] = failure([&] { store(*port, {make_sample(2), bad}); });
  CAF_CHECK_EQUAL(kind, "refused");
  CAF_CHECK(contains(words, "not this one"));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "1");
  CAF_CHECK_EQUAL(store(*port, {make_sample(2)}), 1u);
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
  execute("PRAGMA foreign_keys = ON;"
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
  execute("INSERT INTO events(kind, started, event_dir) VALUES ('pause', 1, '"
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
      execute("INSERT INTO events(kind, started, duration, ledger) VALUES(" + values + ')');
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
  CAF_CHECK(!accepted("'a party', 1, NULL, NULL"));
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

CAF_TEST(a file that was moved under us is not written to) {
  auto port = open();
  store(*port, {make_sample(1)});
  fs::rename(file, folder.path / "elsewhere.db");
  CAF_CHECK_EQUAL(failure([&] { store(*port, {make_sample(2)}); }).first, "moved");
  port = open();
  CAF_CHECK_EQUAL(store(*port, {make_sample(2)}), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
