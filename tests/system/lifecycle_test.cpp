#define CAF_SUITE lifecycle

#include "actors/host/process_facts.hpp"
#include "app/instance/made_files.hpp"
#include "app/instance/pid_file.hpp"

#include "support/background.hpp"
#include "support/daemon.hpp"
#include "support/other_process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// Runs a script in which the data folder can be mounted upon, if this machine lets us.
/// @returns its exit code, or 77 if it does not.
int mounted(const std::string& options, const std::string& script) {
  const auto whole = "unshare -m sh -c 'mount -t tmpfs -o " + options
                     + " none \"$DATA\" || exit 77; " + script + "' 2>/dev/null";
  const auto code = WEXITSTATUS(std::system(whole.c_str()));
  return code == 127 || code == 1 ? 77 : code; // there is no unshare, or it may not
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(one_daemon, background_home)

CAF_TEST(a life from start to stop) {
  CAF_CHECK_EQUAL(status(), 3);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0); // nothing to stop is no failure
  const auto pid = start();
  CAF_CHECK_EQUAL(daemons().size(), 1u);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK_EQUAL(::getsid(pid), pid); // a session of its own
  // Ready means that a sample is stored.
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK_EQUAL(seen["pid"].get<pid_t>(), pid);
  CAF_CHECK(seen["samples_stored"].get<int>() >= 1);
  CAF_CHECK(seen["last_sample_age"].is_number());
  CAF_CHECK_EQUAL(nlohmann::json::parse(call({"history", "--json"}).out).empty(), false);
  // A second one changes nothing.
  const auto before = content_of(where.pid_file());
  const auto again = call({"start"});
  CAF_CHECK_EQUAL(again.exit_code, 0);
  CAF_CHECK(holds(again.out, "runs already, as process " + std::to_string(pid)));
  const auto refused = call({"run"});
  CAF_CHECK_EQUAL(refused.exit_code, 1);
  CAF_CHECK(holds(refused.err, "A daemon already runs"));
  CAF_CHECK_EQUAL(content_of(where.pid_file()), before);
  CAF_CHECK_EQUAL(status(), 0);
  // Without its PID file it is known by the lock of its data, at once.
  fs::remove(where.pid_file());
  const auto begin = std::chrono::steady_clock::now();
  const auto again_refused = call({"run"});
  CAF_CHECK_EQUAL(again_refused.exit_code, 1);
  CAF_CHECK(holds(again_refused.err, "as process " + std::to_string(pid)));
  CAF_CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds{1500});
  CAF_CHECK_EQUAL(status(), 0);
  const auto stopped = call({"stop"});
  CAF_CHECK_EQUAL(stopped.exit_code, 0);
  CAF_CHECK(holds(stopped.out, "has ended, after"));
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(!fs::exists(where.pid_file()));
  CAF_CHECK_EQUAL(status(), 3);
  CAF_CHECK(holds(call({"logs", "-n", "1000"}).out, "daemon-stopped"));
}

CAF_TEST(all that it makes is known by name and goes when it is uninstalled) {
  start();
  CAF_CHECK_EQUAL(call({"disable", "--keep", "notifications"}).exit_code, 0);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  for (const auto& x : fs::directory_iterator{data}) {
    CAF_MESSAGE("it made " << x.path());
    CAF_CHECK(x.path() == where.log
              || is_made_by_pmactor(made_folder::data, x.path().filename().string()));
  }
  for (const auto& x : fs::directory_iterator{where.log}) {
    CAF_MESSAGE("it made " << x.path());
    CAF_CHECK(is_made_by_pmactor(made_folder::log, x.path().filename().string()));
  }
  CAF_CHECK(fs::exists(data / "black_box.ring"));
  CAF_CHECK(fs::exists(data / "jobs.toml"));
  std::ofstream{data / "pmactor.db.corrupt-20260101T000000Z"} << "x";
  std::ofstream{data / "notes.txt"} << "mine";
  CAF_CHECK(holds(call({"uninstall", "--yes"}).out,
                  "kept " + data.string() + ", which holds other things"));
  CAF_CHECK_EQUAL(std::distance(fs::directory_iterator{data}, {}), 1);
  fs::remove(data / "notes.txt");
  CAF_CHECK_EQUAL(call({"uninstall", "--yes"}).exit_code, 0);
  CAF_CHECK(!fs::exists(data));
}

CAF_TEST(uninstalling ends the daemon also where its data stay) {
  const auto pid = start();
  CAF_CHECK(holds(call({"uninstall", "--dry-run", "--keep-data"}).out, "stop   the daemon"));
  CAF_CHECK(identity_of(pid));
  CAF_CHECK_EQUAL(call({"uninstall", "--yes", "--keep-data"}).exit_code, 0);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(fs::exists(where.database()));
}

CAF_TEST(a PID file that is none is left alone and reported) {
  make_folders(where);
  ::mkfifo(where.pid_file().c_str(), 0600);
  CAF_CHECK_EQUAL(status(), 4);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 1);
  const auto refused = call({"start"});
  CAF_CHECK_EQUAL(refused.exit_code, 1);
  CAF_CHECK(holds(refused.err, "is not a regular file"));
  CAF_CHECK(fs::is_fifo(where.pid_file()));
}

CAF_TEST(a stopped daemon can be ended) {
  const auto pid = start();
  ::kill(pid, SIGSTOP);
  CAF_CHECK(soon([pid] {
    const auto facts = facts_of(pid);
    return facts && facts->state == 'T';
  }));
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK_EQUAL(status(), 3);
}

CAF_TEST(stopping takes a moment only) {
  std::vector<std::chrono::milliseconds> times;
  for (int i = 0; i < 5; ++i) {
    start();
    const auto begin = std::chrono::steady_clock::now();
    CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
    times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin));
  }
  std::sort(times.begin(), times.end());
  CAF_MESSAGE("stop took from " << times.front().count() << " to " << times.back().count()
                                << " ms, median " << times[2].count() << " ms");
  CAF_CHECK(times.back() <= 1000ms);
}

CAF_TEST(restart is another process with the same data and options) {
  const auto settings = folder.path / "settings.toml";
  std::ofstream{settings} << "[log]\nlevel = \"debug\"\n";
  const auto pid = start({"--config", settings.string(), "--set", "storage.keep_samples=7"});
  const auto result = call({"restart", "--timeout", "60", "--json"});
  CAF_CHECK_EQUAL(result.exit_code, 0);
  const auto next = nlohmann::json::parse(result.out)["pid"].get<pid_t>();
  CAF_CHECK(next != pid);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(soon([&] { return daemons().size() == 1u; })); // a child is its like until it is a program of its own
  const auto line = content_of("/proc/" + std::to_string(next) + "/cmdline");
  CAF_CHECK(holds(line, settings.string()));
  CAF_CHECK(holds(line, "storage.keep_samples=7"));
  // Settings that became wrong meanwhile end nothing.
  std::ofstream{settings} << "[log]\nlevel = 7\nmax_files = 0\n";
  const auto refused = call({"restart"});
  CAF_CHECK_EQUAL(refused.exit_code, 2);
  CAF_CHECK(holds(refused.err, "Nothing was stopped"));
  CAF_CHECK(holds(refused.err, "log.level") && holds(refused.err, "log.max_files"));
  CAF_CHECK(identity_of(next).has_value());
}

CAF_TEST(changed settings are taken up and wrong ones are not ) {
  const auto settings = folder.path / "settings.toml";
  std::ofstream{settings} << "[log]\nmax_files = 3\n";
  const auto started = call({"start", "--timeout", "60", "--config", settings.string()});
  CAF_CHECK_EQUAL(started.exit_code, 0);
  const auto good = call({"reload"});
  CAF_CHECK_EQUAL(good.exit_code, 0);
  std::ofstream{settings} << "[log]\nmax_files = 0\nmax_size = 0\n";
  const auto bad = call({"reload"});
  CAF_CHECK_EQUAL(bad.exit_code, 1);
  CAF_CHECK(holds(bad.err, "the old ones hold"));
  CAF_CHECK(holds(bad.err, "log.max_files is 0"));
  CAF_CHECK(std::count(bad.err.begin(), bad.err.end(), '\n') >= 3); // a line each
  CAF_CHECK_EQUAL(daemons().size(), 1u);
  // Every second is stored or counted as missed: nothing went missing with the actors that were started anew.
  std::this_thread::sleep_for(2s);
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK_EQUAL(seen["state"], "running");
  CAF_CHECK_EQUAL(seen["samples_missed"].get<int>(), 0);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
}

CAF_TEST(why settings are not taken is said without the log) {
  const auto settings = folder.path / "settings.toml";
  std::ofstream{settings} << "[log]\nmax_files = 3\n";
  CAF_CHECK_EQUAL(call({"start", "--timeout", "60", "--config", settings.string()}).exit_code, 0);
  std::error_code failed; // the daemon makes it anew with its next line, unless a folder is in its place
  for (int i = 0; i < 100 && !fs::is_directory(where.log_file()); ++i) {
    fs::remove(where.log_file(), failed);
    fs::create_directory(where.log_file(), failed);
  }
  std::ofstream{settings} << "[log]\nmax_files = 0\n";
  const auto bad = call({"reload"});
  CAF_CHECK_EQUAL(bad.exit_code, 1);
  CAF_CHECK(holds(bad.err, ":2: log.max_files is 0"));
  std::ofstream{settings} << "[log]\nmax_size = 0\n"; // and not those of the time before
  const auto again = call({"reload"});
  CAF_CHECK_EQUAL(again.exit_code, 1);
  CAF_CHECK(!holds(again.err, "log.max_files"));
  CAF_CHECK(holds(again.err, ":2: log.max_size is 0"));
  call({"stop"});
}

CAF_TEST(a daemon of another environment is known) {
  const auto pid = start();
  fs::create_directory(folder.path / "elsewhere");
  ::setenv("XDG_RUNTIME_DIR", (folder.path / "elsewhere").c_str(), 1);
  const auto seen = call({"status", "--json"});
  CAF_CHECK_EQUAL(seen.exit_code, 0);
  CAF_CHECK_EQUAL(nlohmann::json::parse(seen.out)["pid"].get<pid_t>(), pid);
  CAF_CHECK(holds(call({"start"}).out, "runs already"));
  CAF_CHECK_EQUAL(call({"run"}).exit_code, 1);
  ::setenv("XDG_RUNTIME_DIR", (folder.path / "run").c_str(), 1);
  CAF_CHECK_EQUAL(status(), 0); // the refused one has not hidden it
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
}

CAF_TEST(a read only or full disk is one sentence that says so) {
  fs::create_directory(data);
  fs::permissions(data, fs::perms::owner_all);
  ::setenv("DATA", data.c_str(), 1);
  ::setenv("PROGRAM", PMACTOR_PROGRAM, 1);
  ::setenv("SAID", (folder.path / "said").c_str(), 1);
  const auto start_it =
    std::string{"\"$PROGRAM\" start --timeout 4 --data \"$DATA\" >\"$SAID\" 2>&1; code=$?; "
                "\"$PROGRAM\" stop --data \"$DATA\" >/dev/null 2>&1; exit $((code + 10))"};
  const auto said = [this] { return content_of(folder.path / "said"); };
  const auto code = mounted("ro,mode=0700", start_it);
  if (code == 77) {
    CAF_MESSAGE("this machine does not let a test mount");
    return;
  }
  CAF_CHECK_EQUAL(code, 11);
  CAF_CHECK(holds(said(), "is not writable (Read-only file system)"));
  CAF_CHECK_EQUAL(mounted("size=16k,mode=0700", start_it), 11);
  CAF_CHECK(holds(said(), "has stored no sample yet: "));
  CAF_CHECK(holds(said(), "Make room on the disk")); // SQLite has two words for why
  const auto text = said();
  CAF_CHECK_EQUAL(std::count(text.begin(), text.end(), '\n'), 1);
}

CAF_TEST(a data folder that is missing is made or reported) {
  data = folder.path / "a" / "b" / "c";
  start();
  struct stat facts {};
  CAF_CHECK_EQUAL(::stat(data.c_str(), &facts), 0);
  CAF_CHECK((facts.st_mode & 0777) == 0700);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  data = "/proc/nowhere/data";
  const auto refused = call({"start"});
  CAF_CHECK_EQUAL(refused.exit_code, 1);
  CAF_CHECK_EQUAL(std::count(refused.err.begin(), refused.err.end(), '\n'), 1);
  CAF_CHECK(holds(refused.err, "/proc/nowhere/data"));
}

CAF_TEST(a job is switched off and on while it runs and stays so on request) {
  const auto job = [this](const char* name) {
    return nlohmann::json::parse(call({"status", "--json"}).out)["jobs"][name].get<bool>();
  };
  const auto has_child = [this] {
    const auto pids = daemons();
    std::size_t children = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto pid = std::atoi(entry.path().filename().c_str());
      const auto facts = pid > 1 && holds(content_of(entry.path() / "cmdline"), std::string("sample\0", 7))
                           ? content_of(entry.path() / "stat")
                           : std::string{};
      if (const auto end = facts.rfind(')'); end != std::string::npos)
        children += pids.count(std::atoi(facts.c_str() + end + 4));
    }
    return children > 0;
  };
  CAF_CHECK_EQUAL(call({"disable", "sampler"}).exit_code,
                  1); // nothing to switch, and not asked to keep
  CAF_CHECK_EQUAL(call({"disable", "everything"}).exit_code, 2);
  start();
  CAF_CHECK(soon(has_child));
  CAF_CHECK(job("sampler"));
  const auto off = call({"disable", "sampler"});
  CAF_CHECK_EQUAL(off.exit_code, 0);
  CAF_CHECK(holds(off.out, "sampler is off until the daemon ends"));
  CAF_CHECK(soon([&] { return !has_child(); }));
  CAF_CHECK(!job("sampler"));
  CAF_CHECK(holds(call({"status"}).out, "off       sampler"));
  const auto on = call({"enable", "sampler"});
  CAF_CHECK_EQUAL(on.exit_code, 0);
  CAF_CHECK(holds(on.out, "sampler is on, also after a restart ("));
  CAF_CHECK(soon(has_child));
  CAF_CHECK(job("sampler"));
  CAF_CHECK_EQUAL(call({"disable", "sampler"}).exit_code, 0);
  CAF_CHECK_EQUAL(call({"disable", "elevated", "--keep"}).exit_code, 0);
  CAF_CHECK_EQUAL(call({"restart", "--timeout", "60"}).exit_code, 0);
  CAF_CHECK(job("sampler")); // its switch ended with the daemon
  CAF_CHECK(!job("elevated"));
  CAF_CHECK(holds(call({"disable"}).out, "off"));
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK_EQUAL(seen["samples_missed"].get<int>(), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
