// Whatever lies where the history should be: it is never deleted, and the daemon says so and goes
// on.
#define CAF_SUITE bad_history

#include "support/daemon.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <csignal>
#include <sys/stat.h>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* every_second = "[sampling]\nnormal_interval = 1\n";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// A data folder with a sound history of a few samples in it.
struct fixture {
  test_home home;
  fs::path file = home.where().database();

  fixture() {
    daemon_process daemon{home, every_second};
    daemon.wait_until_ready();
    CAF_REQUIRE(daemon.stop().has_value());
  }

  /// @returns the databases that were kept aside, without their companions.
  std::vector<fs::path> kept() const {
    std::vector<fs::path> result;
    for (const auto& entry : fs::directory_iterator(home.data)) {
      const auto name = entry.path().filename().string();
      if (holds(name, ".corrupt-") && !name.ends_with("-wal") && !name.ends_with("-shm"))
        result.push_back(entry.path());
    }
    return result;
  }

  /// Is it in good order, however it got there?
  void check_sound(const daemon_process& daemon) const {
    const auto answer =
      daemon.query("PRAGMA integrity_check"); // the checks refer to it, and do not copy
    CAF_CHECK_EQUAL(answer.at(0).at(0), "ok");
    CAF_CHECK(daemon.count("SELECT count(*) FROM samples") >= 1);
  }

  void overwrite(const std::string& bytes) const {
    for (const char* suffix : {"-wal", "-shm"})
      fs::remove(file.string() + suffix);
    std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(rubbish is kept aside and a new history begins) {
  const auto rubbish = "not a database at all " + std::string(20000, 'x');
  overwrite(rubbish);
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  check_sound(daemon);
  CAF_REQUIRE_EQUAL(kept().size(), 1u);
  CAF_CHECK_EQUAL(content_of(kept().front()), rubbish);
  CAF_CHECK(holds(daemon.log(), kept().front().filename().string()));
}

CAF_TEST(a truncated history is kept aside and a new one begins) {
  const auto half = content_of(file).substr(0, 6000);
  overwrite(half);
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  check_sound(daemon);
  CAF_REQUIRE_EQUAL(kept().size(), 1u);
  CAF_CHECK_EQUAL(content_of(kept().front()), half);
}

CAF_TEST(an empty file becomes a history) {
  overwrite("");
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  check_sound(daemon);
}

CAF_TEST(B46 the history of a later version is left alone and reported) {
  {
    SQLite::Database database{file.string(), SQLite::OPEN_READWRITE};
    database.exec("PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE);");
  }
  const auto before = content_of(file);
  daemon_process daemon{home, every_second};
  CAF_CHECK(daemon.wait_until([](const health_view& x) {
    if (x.report)
      for (const auto& actor : x.report->actors)
        if (actor.name == "storage-writer" && holds(actor.degraded, "newer"))
          return true;
    return false;
  }));
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
  CAF_CHECK_EQUAL(content_of(file), before);
  CAF_CHECK(kept().empty());
}

CAF_TEST(B46 a history that another program has locked is waited for and nothing is lost) {
  SQLite::Database other{file.string(), SQLite::OPEN_READWRITE};
  other.exec("BEGIN EXCLUSIVE");
  daemon_process daemon{home, every_second};
  CAF_CHECK(daemon.wait_until(
    [](const health_view& x) { return x.report && x.report->samples_taken >= 3; }));
  CAF_CHECK(daemon.view().report->samples_stored == 0);
  other.exec("ROLLBACK");
  CAF_CHECK(daemon.wait_until([](const health_view& x) { return x.report->samples_stored >= 3; }));
  CAF_CHECK(daemon.view().report->samples_missed == 0);
  CAF_CHECK(kept().empty());
  check_sound(daemon);
}

CAF_TEST(what a locked history did not take before the end is taken in by the next run) {
  std::int64_t taken = 0, before = 0;
  {
    SQLite::Database other{file.string(), SQLite::OPEN_READWRITE};
    before = other.execAndGet("SELECT count(*) FROM samples").getInt64();
    other.exec("BEGIN EXCLUSIVE");
    daemon_process daemon{home, every_second};
    CAF_CHECK(daemon.wait_until(
      [](const health_view& x) { return x.report && x.report->samples_taken >= 3; }));
    daemon.send(SIGSTOP);
    std::this_thread::sleep_for(1200ms); // a pause of it, which is an event
    daemon.send(SIGCONT);
    CAF_CHECK(daemon.wait_until([](const health_view& x) { return x.report->samples_taken >= 5; }));
    const auto end = daemon.stop();
    CAF_REQUIRE(end.has_value());
    CAF_CHECK_EQUAL(end->exit_code, 0);
    taken = static_cast<std::int64_t>(daemon.view().report->samples_taken);
    CAF_CHECK(holds(daemon.log(), "are kept for the next run"));
    CAF_CHECK(fs::exists(file.string() + ".unstored"));
    other.exec("ROLLBACK");
  }
  daemon_process next{home, every_second};
  next.wait_until_ready();
  CAF_CHECK(next.count("SELECT count(*) FROM samples") >= before + taken + 1);
  CAF_CHECK_EQUAL(next.count("SELECT count(*) FROM events WHERE kind = 'pause' AND duration > 1"), 1);
  CAF_CHECK(holds(next.log(), "that could not be stored at its end were taken in"));
  CAF_CHECK(!fs::exists(file.string() + ".unstored"));
  check_sound(next);
}

CAF_TEST(an end with rows that are neither stored nor kept is none in good order) {
  for (const char* end : {".unstored", ".unstored-2", ".unstored-3"}) // no keep can be made
    fs::create_directory(file.string() + end);
  {
    SQLite::Database other{file.string(), SQLite::OPEN_READWRITE};
    other.exec("BEGIN EXCLUSIVE");
    daemon_process daemon{home, every_second};
    CAF_CHECK(daemon.wait_until([](const health_view& x) {
      return x.report && x.report->samples_taken >= 3
             && std::any_of(x.report->actors.begin(), x.report->actors.end(), [](const auto& actor) {
                  return actor.name == "black-box" && !actor.note.empty() && actor.note[0] != '0'
                         && holds(actor.note, "record"); // its ring has what the marker is added to
                });
    }));
    const auto end = daemon.stop();
    CAF_REQUIRE(end.has_value());
    CAF_CHECK_EQUAL(end->exit_code, 3);
    CAF_CHECK(holds(daemon.log(), "could neither be stored nor kept"));
    other.exec("ROLLBACK");
  }
  daemon_process next{home, every_second};
  next.wait_until_ready();
  const auto count = [&next](const std::string& words) {
    return next.count("SELECT count(*) FROM events WHERE kind = 'outage' AND facts LIKE '%" + words + "%'");
  };
  CAF_CHECK(soon([&] { return count("not in good order") == 1; }));
}

CAF_TEST(a FIFO in the place of the history is a sentence and nothing hangs on it) {
  fs::remove(file);
  CAF_REQUIRE_EQUAL(::mkfifo(file.c_str(), 0600), 0);
  daemon_process daemon{home};
  const auto end = daemon.wait_for_end();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 1);
  CAF_CHECK(holds(daemon.said(), "it is a special file"));
  for (const std::string verb : {"start", "events", "history", "report", "prune", "calibrate"}) {
    const auto result = run_program({verb, "--data", home.data.string()});
    CAF_CHECK_EQUAL(result.exit_code, 1);
    CAF_CHECK(holds(result.out + result.err, "it is a special file"));
  }
}

CAF_TEST(a history that is removed while the daemon runs is begun anew and said) {
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(file.string() + suffix);
  // Between the file and its tables there is a moment.
  CAF_CHECK(soon([&] {
    return fs::exists(file) && daemon.count("SELECT count(*) FROM sqlite_master WHERE name = 'samples'") > 0
           && daemon.count("SELECT count(*) FROM samples") >= 2;
  }));
  CAF_CHECK(holds(daemon.log(), "was moved or deleted"));
}

CAF_TEST(a daemon killed at any moment loses the last second at most) {
  // More rounds by PMACTOR_KILLS, for those who have the time.
  const auto* asked = std::getenv("PMACTOR_KILLS");
  const int rounds = asked != nullptr ? std::atoi(asked) : 5;
  std::mt19937 random{std::random_device{}()};
  std::int64_t rows = 0;
  for (int i = 0; i < rounds; ++i) {
    daemon_process daemon{home, every_second};
    daemon.wait_until_ready();
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 1200});
    const auto taken = daemon.view().report->samples_taken;
    daemon.kill();
    SQLite::Database database{file.string(), SQLite::OPEN_READWRITE};
    CAF_CHECK_EQUAL(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
    const auto now = database.execAndGet("SELECT count(*) FROM samples").getInt64();
    CAF_CHECK(now >= rows + static_cast<std::int64_t>(taken) - 1);
    rows = now;
  }
  daemon_process last{home, every_second};
  last.wait_until_ready();
  CAF_CHECK(holds(last.log(), "did not end in good order"));
}

CAF_TEST_FIXTURE_SCOPE_END()
