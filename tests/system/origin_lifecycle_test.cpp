// What the designs that this program descends from got wrong about their daemon's life. One test a
// defect, with real processes; the history's own (B46) are in bad_history_test.cpp.
#define CAF_SUITE origin_lifecycle

#include "actors/host/process_facts.hpp"
#include "app/instance/pid_file.hpp"

#include "support/background.hpp"
#include "support/daemon.hpp"
#include "support/other_process.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr unsigned stranger_user = 12345;

ino_t inode_of(const fs::path& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

/// Puts *count* samples a second apart into a history, the last one *age* seconds ago.
void put_samples(const fs::path& file, int count, double age) {
  SQLite::Database database{file.string(), SQLite::OPEN_READWRITE, 5000};
  database.exec(
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
    + std::to_string(count - 1)
    + ") INSERT INTO samples(timestamp, interval, stress_total) SELECT unixepoch('now') - "
    + std::to_string(age) + " - i, 1.0, 1.0 FROM n");
}

std::int64_t count_samples(const fs::path& file, const std::string& condition) {
  SQLite::Database database{file.string(), SQLite::OPEN_READONLY, 5000};
  return database.execAndGet("SELECT count(*) FROM samples WHERE " + condition).getInt64();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, background_home)

CAF_TEST(B34 many starts at once leave exactly one daemon) {
  std::vector<std::future<program_result>> calls;
  for (int i = 0; i < 50; ++i)
    calls.push_back(std::async(std::launch::async, [this] {
      return call({"start", "--timeout", "60", "--json"});
    }));
  std::set<std::int64_t> named;
  for (auto& x : calls) {
    const auto result = x.get();
    CAF_MESSAGE(result.err);
    CAF_CHECK_EQUAL(result.exit_code, 0);
    if (const auto said = nlohmann::json::parse(result.out, nullptr, false); said.contains("pid"))
      named.insert(said["pid"].get<std::int64_t>());
  }
  CAF_CHECK_EQUAL(named.size(), 1u);
  const auto living = daemons();
  CAF_CHECK_EQUAL(living.size(), 1u);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK(living.count(static_cast<pid_t>(*named.begin())) == 1);
}

CAF_TEST(B34 the PID file of another user is not taken for a stale one) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("needs root to give a file away");
    return;
  }
  make_folders(where);
  std::ofstream{where.pid_file()} << "1234\n5\nabc\n";
  CAF_REQUIRE_EQUAL(::chown(where.pid_file().c_str(), stranger_user, stranger_user), 0);
  CAF_CHECK_EQUAL(status(), 4);
  const auto refused = call({"start"});
  CAF_CHECK_EQUAL(refused.exit_code, 1);
  CAF_CHECK(holds(refused.err, "belongs to user 12345"));
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 1);
  CAF_CHECK_EQUAL(content_of(where.pid_file()), "1234\n5\nabc\n");
}

CAF_TEST(B35 a second daemon touches nothing of the first) {
  const auto pid = start();
  const auto content = content_of(where.pid_file());
  const auto lock = inode_of(where.pid_file()), page = inode_of(where.health_page());
  std::vector<std::future<program_result>> losers;
  for (int i = 0; i < 10; ++i)
    losers.push_back(std::async(std::launch::async, [this] { return call({"run"}); }));
  for (auto& x : losers) {
    const auto result = x.get();
    CAF_CHECK_EQUAL(result.exit_code, 1);
    CAF_CHECK(holds(result.err, "A daemon already runs"));
  }
  CAF_CHECK_EQUAL(content_of(where.pid_file()), content);
  CAF_CHECK_EQUAL(inode_of(where.pid_file()), lock);
  CAF_CHECK_EQUAL(inode_of(where.health_page()), page);
  CAF_CHECK(daemons() == std::set<pid_t>{pid});
  CAF_CHECK_EQUAL(status(), 0);
}

CAF_TEST(B36 a stranger named by the PID file is never signalled) {
  other_process stranger;
  make_folders(where);
  link_runtime_folder(where);
  const auto identity = identity_of(stranger.pid());
  CAF_REQUIRE(identity.has_value());
  auto earlier = *identity; // the pid was given away again
  --earlier.start;
  for (const auto& text :
       {format_pid_file(*identity), format_pid_file(earlier), std::to_string(stranger.pid()),
        std::to_string(stranger.pid()) + "\n", std::string{"-1\n"}, std::string{"0\n"},
        std::string{"1\n"}, std::string{"\xff\xfe"}, std::string{}}) {
    std::ofstream{where.pid_file(), std::ios::binary | std::ios::trunc} << text;
    CAF_CHECK_EQUAL(status(), 1);
    CAF_CHECK_EQUAL(call({"reload"}).exit_code, 1);
    CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
    CAF_CHECK(identity_of(stranger.pid()) == identity);
    CAF_CHECK_EQUAL(status(), 3); // what no process holds is cleared away
  }
  // Nor when it is the daemon's own file that was written over.
  const auto pid = start();
  std::ofstream{where.pid_file(), std::ios::binary | std::ios::trunc} << format_pid_file(*identity);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(identity_of(stranger.pid()) == identity);
}

CAF_TEST(B37 after stop it is gone and a start does not meet it) {
  for (int i = 0; i < 4; ++i) {
    const auto pid = start();
    const auto result = call({"stop", "--timeout", i % 2 == 0 ? "5" : "0"});
    const bool is_forced = result.exit_code != 0; // by a patience of 0 s: then something may be lost
    CAF_CHECK(!is_forced || i % 2 == 1);
    CAF_CHECK(is_forced ? holds(result.err, "by force") : holds(result.out, "has ended, after"));
    CAF_CHECK(!identity_of(pid));
    CAF_CHECK(daemons().empty());
    CAF_CHECK(!fs::exists(where.pid_file()));
    CAF_CHECK_EQUAL(status(), 3);
  }
}

CAF_TEST(B38 each refusal has its own reason) {
  const auto refused = [this](const char* why) {
    const auto result = call({"start"});
    CAF_CHECK_EQUAL(result.exit_code, 1);
    CAF_CHECK_EQUAL(result.out, "");
    CAF_CHECK_EQUAL(std::count(result.err.begin(), result.err.end(), '\n'), 1);
    if (!holds(result.err, why))
      CAF_ERROR("not for the reason '" << why << "': " << result.err);
    CAF_CHECK_EQUAL(status(), 3);
  };
  std::ofstream{data} << "a file";
  refused("is not a folder");
  CAF_CHECK_EQUAL(content_of(data), "a file");
  fs::remove(data);
  fs::create_directory(data);
  fs::permissions(data, fs::perms::all);
  refused("everybody may write to it");
  fs::permissions(data, fs::perms::owner_all);
  fs::create_directories(where.log_file());
  refused("is not a regular file");
  fs::remove(where.log_file());
  if (::geteuid() != 0) {
    CAF_MESSAGE("needs root for folders of other users");
    return;
  }
  CAF_CHECK_EQUAL(::chown(data.c_str(), stranger_user, stranger_user), 0);
  refused("belongs to user 12345");
}

CAF_TEST(B38 a daemon of another user is not signalled and not called dead) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("needs root to become another user");
    return;
  }
  const auto pid = start();
  for (const auto* verb : {"stop", "status", "reload", "restart"}) {
    const auto result = run_program({verb, "--data", data.string()}, stranger_user);
    CAF_CHECK(result.exit_code != 0);
    CAF_CHECK(!holds(result.out + result.err, "is dead"));
    CAF_CHECK(identity_of(pid).has_value());
  }
}

CAF_TEST(B39 the uptime is not the age of a file) {
  start();
  for (const auto& file : {where.pid_file(), where.health_page(), where.database()})
    fs::last_write_time(file, fs::file_time_type::clock::now() - 72h);
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK(seen["uptime"].get<double>() < 3600);
  CAF_CHECK(seen["uptime"].get<double>() > 0);
}

CAF_TEST(B40 start reports success only of a daemon that lives and has stored a sample) {
  const auto settings = folder.path / "wrong.toml";
  std::ofstream{settings} << "[log]\nmax_files = 0\n";
  const auto result = call({"start", "--config", settings.string()});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  CAF_CHECK(holds(result.err, "log.max_files is 0"));
  CAF_CHECK_EQUAL(status(), 3);
  const auto pid = start();
  CAF_CHECK(identity_of(pid).has_value());
  CAF_CHECK(count_samples(where.database(), "1") >= 1);
}

CAF_TEST(B41 what is tested here is the program itself) {
  const auto pid = start();
  CAF_CHECK_EQUAL(fs::read_symlink("/proc/" + std::to_string(pid) + "/exe"),
                  fs::canonical(PMACTOR_PROGRAM));
}

CAF_TEST(B42 the status is that of the process and not of its traces) {
  const auto pid = start();
  ::kill(pid, SIGSTOP);
  CAF_CHECK(soon([pid] {
    const auto facts = facts_of(pid);
    return facts && facts->state == 'T';
  }));
  std::this_thread::sleep_for(2s);
  const auto stopped = call({"status"});
  CAF_CHECK_EQUAL(stopped.exit_code, 4);     // it is there,
  CAF_CHECK(!holds(stopped.out, "healthy")); // but not well
  ::kill(pid, SIGCONT);
  crash(pid);
  const auto dead = call({"status"}); // though its newest sample is of just now
  CAF_CHECK_EQUAL(dead.exit_code, 1);
  CAF_CHECK(holds(dead.out, "left its PID file behind"));
  const auto next = start();
  CAF_CHECK(next != pid);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK(holds(call({"logs", "-n", "1000"}).out, "did not end in good order"));
}

CAF_TEST(B43 logs are shown over rotations and from their end) {
  make_folders(where);
  const auto line = [](int i) {
    return "2026-01-20T09:08:55.123+01:00 info daemon line-" + std::to_string(i) + ": Number "
           + std::to_string(i) + ".\n";
  };
  const auto fill = [&](const fs::path& file, int from, int to) {
    std::ofstream out{file, std::ios::app};
    for (int i = from; i < to; ++i)
      out << line(i);
  };
  fill(where.log / "pmactor.2.log", 0, 200'000);
  fill(where.log / "pmactor.1.log", 200'000, 200'003);
  fill(where.log_file(), 200'003, 200'005);
  const auto shown = call({"logs", "-n", "7"});
  CAF_CHECK_EQUAL(shown.exit_code, 0);
  std::string wanted;
  for (int i = 199'998; i < 200'005; ++i)
    wanted += line(i);
  CAF_CHECK_EQUAL(shown.out, wanted);
  CAF_CHECK(holds(shown.err, where.log_file().string()));
  // Followed, while it is rotated.
  const auto out = folder.path / "followed";
  CAF_CHECK_EQUAL(std::system(("timeout 20 " PMACTOR_PROGRAM " logs -f -n 1 --data " + data.string()
                               + " > " + out.string() + " 2>/dev/null &")
                                .c_str()),
                  0);
  CAF_CHECK(soon([&] { return content_of(out) == line(200'004); }));
  fill(where.log_file(), 1, 2);
  fs::rename(where.log / "pmactor.2.log", where.log / "pmactor.3.log");
  fs::rename(where.log / "pmactor.1.log", where.log / "pmactor.2.log");
  fs::rename(where.log_file(), where.log / "pmactor.1.log");
  fill(where.log_file(), 2, 3);
  CAF_CHECK(soon([&] { return content_of(out) == line(200'004) + line(1) + line(2); }));
}

CAF_TEST(B43 a missing log is a sentence) {
  const auto result = call({"logs"});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  CAF_CHECK_EQUAL(std::count(result.err.begin(), result.err.end(), '\n'), 1);
  CAF_CHECK(holds(result.err, "there is no log at"));
}

CAF_TEST(a log without a line that is asked for says which there are) {
  start();
  const auto result = call({"logs", "--component", "storage-writter"});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  CAF_CHECK_EQUAL(result.out, "");
  CAF_CHECK(holds(result.err, "It has no line of storage-writter, but of "));
  CAF_CHECK(holds(result.err, "daemon"));
  const auto event = call({"logs", "--event", "nonsense"});
  CAF_CHECK_EQUAL(event.exit_code, 1);
  CAF_CHECK(holds(event.err, "It has no line of nonsense, but of "));
  CAF_CHECK_EQUAL(call({"logs", "--component", "daemon", "--level", "error"}).exit_code, 0); // there are, only not these
}

CAF_TEST(B44 what is too old goes at each start) {
  start();
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  put_samples(where.database(), 100, 31 * 86400.0);
  put_samples(where.database(), 100, 29 * 86400.0);
  start();
  CAF_CHECK(soon([this] {
    return count_samples(where.database(), "timestamp < unixepoch() - 30 * 86400") == 0;
  }));
  CAF_CHECK_EQUAL(count_samples(where.database(), "timestamp < unixepoch() - 86400"), 100);
}

CAF_TEST(B45 and B53 the history answers for all of the time that was asked for) {
  start();
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  put_samples(where.database(), 20'000, 60);
  const auto lines = [](const program_result& x) {
    return std::count(x.out.begin(), x.out.end(), '\n');
  };
  const auto csv = call({"history", "--since", "24h", "--csv"});
  CAF_CHECK_EQUAL(lines(csv), count_samples(where.database(), "1") + 1); // with its head
  CAF_CHECK_EQUAL(lines(call({"history", "-n", "100", "--csv"})), 101);
  const auto none = call({"history", "--since", "3d", "--until", "2d"});
  CAF_CHECK_EQUAL(none.exit_code, 0);
  CAF_CHECK(holds(none.err, "No sample matches; there are 20"));
}

CAF_TEST(B47 a history that cannot be written holds up no other actor) {
  start();
  {
    SQLite::Database other{where.database().string(), SQLite::OPEN_READWRITE, 5000};
    other.exec("BEGIN EXCLUSIVE");
    const auto taken = [this] {
      const auto seen = nlohmann::json::parse(call({"inspect", "--json"}).out, nullptr, false);
      for (const auto& actor : seen["actors"])
        if (actor["name"] == "system-metrics")
          return actor["handled"].get<std::int64_t>();
      return std::int64_t{0};
    };
    const auto before = taken();
    CAF_CHECK(soon([&] { return taken() > before + 2; }));
    CAF_CHECK_EQUAL(status(), 0);
    CAF_CHECK(soon([this] { return holds(call({"status", "--json"}).out, "locked by another program"); }));
    other.exec("ROLLBACK");
  }
  CAF_CHECK(soon([this] { return !holds(call({"status"}).out, "degraded"); }));
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK_EQUAL(seen["samples_missed"].get<int>(), 0);
}

CAF_TEST(B48 no other user can read or reach anything of it) {
  const auto before = ::umask(0);
  start();
  ::umask(before);
  call({"disable", "sampler", "--keep"});
  std::size_t seen = 0;
  for (const auto& folder_of : {data, where.log, where.runtime})
    for (const auto& entry : fs::recursive_directory_iterator(folder_of)) {
      if (entry.is_symlink())
        continue;
      ++seen;
      struct stat facts {};
      if (::lstat(entry.path().c_str(), &facts) == 0 && (facts.st_mode & 077) != 0)
        CAF_ERROR(entry.path() << " is open to others");
      CAF_CHECK(!entry.is_socket());
    }
  CAF_CHECK(seen >= 6);
  for (const auto& folder_of : {data, where.log, where.runtime}) {
    struct stat facts {};
    CAF_CHECK_EQUAL(::stat(folder_of.c_str(), &facts), 0);
    CAF_CHECK((facts.st_mode & 0777) == 0700);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
