#define CAF_SUITE lifecycle

#include "actors/supervision/process_facts.hpp"
#include "app/pid_file.hpp"
#include "app/places.hpp"

#include "support/other_process.hpp"
#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
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

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

template <class Predicate>
bool soon(Predicate predicate) {
  for (int i = 0; i < 1000; ++i) {
    if (predicate())
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

/// A data folder and an environment of its own, and no daemon left behind.
struct fixture {
  temporary_folder folder;
  fs::path data = folder.path / "data";
  places where;

  fixture() {
    fs::create_directory(folder.path / "run");
    fs::permissions(folder.path / "run", fs::perms::owner_all);
    ::setenv("XDG_RUNTIME_DIR", (folder.path / "run").c_str(), 1);
    place_options named;
    named.data = canonical_folder(data);
    where = find_places(look_around(), named);
  }
  ~fixture() {
    call({"stop", "--timeout", "1"});
    for (const auto pid : daemons())
      ::kill(pid, SIGKILL);
  }

  program_result call(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--data", data.string()});
    return run_program(arguments);
  }

  /// @returns whoever runs `pmactor run` on this data, by their command lines.
  std::set<pid_t> daemons() const {
    std::set<pid_t> result;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto pid = std::atoi(entry.path().filename().c_str());
      const auto line = content_of(entry.path() / "cmdline");
      if (pid > 1 && holds(line, data.string()) && holds(line, std::string("run\0", 4))
          && identity_of(pid))
        result.insert(pid);
    }
    return result;
  }

  /// Starts it and returns its pid.
  pid_t start() const {
    const auto result = call({"start", "--timeout", "60", "--json"});
    CAF_CHECK_EQUAL(result.exit_code, 0);
    CAF_CHECK_EQUAL(result.err, "");
    const auto said = nlohmann::json::parse(result.out, nullptr, false);
    CAF_REQUIRE(said.is_object() && said.contains("pid"));
    return said["pid"].get<pid_t>();
  }

  int status() const {
    return call({"status"}).exit_code;
  }

  static void crash(pid_t pid) {
    ::kill(pid, SIGKILL);
    CAF_CHECK(soon([pid] { return !identity_of(pid); }));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(one_daemon, fixture)

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
  const auto stopped = call({"stop"});
  CAF_CHECK_EQUAL(stopped.exit_code, 0);
  CAF_CHECK(holds(stopped.out, "has ended, after"));
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(!fs::exists(where.pid_file()));
  CAF_CHECK_EQUAL(status(), 3);
  CAF_CHECK(holds(call({"logs", "-n", "1000"}).out, "daemon-stopped"));
}

CAF_TEST(many starts at once leave exactly one daemon) {
  std::vector<std::future<program_result>> calls;
  for (int i = 0; i < 50; ++i)
    calls.push_back(std::async(std::launch::async, [this] {
      return call({"start", "--timeout", "60", "--json"});
    }));
  std::set<std::int64_t> named;
  for (auto& x : calls) {
    const auto result = x.get();
    CAF_CHECK_EQUAL(result.exit_code, 0);
    if (const auto said = nlohmann::json::parse(result.out, nullptr, false); said.contains("pid"))
      named.insert(said["pid"].get<std::int64_t>());
  }
  CAF_CHECK_EQUAL(named.size(), 1u);
  CAF_CHECK_EQUAL(daemons().size(), 1u);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK(daemons().count(static_cast<pid_t>(*named.begin())) == 1);
}

CAF_TEST(after a crash status says so and start works) {
  const auto pid = start();
  crash(pid);
  const auto seen = call({"status"});
  CAF_CHECK_EQUAL(seen.exit_code, 1);
  CAF_CHECK(holds(seen.out, "left its PID file behind"));
  const auto next = start();
  CAF_CHECK(next != pid);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK(holds(call({"logs", "-n", "1000"}).out, "did not end in good order"));
}

CAF_TEST(a stranger named by the PID file is never signalled) {
  other_process stranger;
  make_folders(where);
  link_runtime_folder(where);
  const auto identity = identity_of(stranger.pid());
  CAF_REQUIRE(identity.has_value());
  for (const auto& text : {format_pid_file(*identity), std::to_string(stranger.pid()),
                           std::to_string(stranger.pid()) + "\n", std::string{"-1\n"}, std::string{"0\n"},
                           std::string{"1\n"}, std::string{"\xff\xfe"}, std::string{}}) {
    std::ofstream{where.pid_file(), std::ios::binary | std::ios::trunc} << text;
    CAF_CHECK_EQUAL(status(), 1);
    CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
    CAF_CHECK(identity_of(stranger.pid()) == identity);
    CAF_CHECK_EQUAL(status(), 3); // what nobody holds is cleared away
  }
  // Nor when it is the daemon's own file that was written over.
  const auto pid = start();
  std::ofstream{where.pid_file(), std::ios::binary | std::ios::trunc} << format_pid_file(*identity);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(identity_of(stranger.pid()) == identity);
}

CAF_TEST(a PID file that is none is left alone and told) {
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

CAF_TEST(one that does not end in time is ended by force) {
  const auto pid = start();
  const auto result = call({"stop", "--timeout", "0"});
  CAF_CHECK_EQUAL(result.exit_code, 0);
  CAF_CHECK(holds(result.out, "by force") || holds(result.out, "has ended"));
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(!fs::exists(where.pid_file()));
  CAF_CHECK_EQUAL(status(), 3);
}

CAF_TEST(stopping takes a moment only) {
  std::vector<std::chrono::milliseconds> times;
  for (int i = 0; i < 5; ++i) {
    start();
    const auto begin = std::chrono::steady_clock::now();
    CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
    times.push_back(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin));
  }
  std::sort(times.begin(), times.end());
  CAF_MESSAGE("stop took from " << times.front().count() << " to " << times.back().count()
                                << " ms, median " << times[2].count() << " ms");
  CAF_CHECK(times.back() <= 1000ms);
}

CAF_TEST(restart is another process with the same data) {
  const auto pid = start();
  const auto result = call({"restart", "--json"});
  CAF_CHECK_EQUAL(result.exit_code, 0);
  const auto next = nlohmann::json::parse(result.out)["pid"].get<pid_t>();
  CAF_CHECK(next != pid);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK_EQUAL(daemons().size(), 1u);
}

CAF_TEST(a start that fails says what the daemon said) {
  const auto settings = folder.path / "wrong.toml";
  std::ofstream{settings} << "[log]\nmax_files = 0\n";
  const auto result = call({"start", "--config", settings.string()});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  CAF_CHECK(holds(result.err, "log.max_files is 0"));
  CAF_CHECK_EQUAL(status(), 3);
}

CAF_TEST(changed settings are taken up and wrong ones are not) {
  const auto settings = folder.path / "settings.toml";
  std::ofstream{settings} << "[log]\nmax_files = 3\n";
  const auto started = call({"start", "--timeout", "60", "--config", settings.string()});
  CAF_CHECK_EQUAL(started.exit_code, 0);
  const auto good = call({"reload"});
  CAF_CHECK_EQUAL(good.exit_code, 0);
  std::ofstream{settings} << "[log]\nmax_files = 0\n";
  const auto bad = call({"reload"});
  CAF_CHECK_EQUAL(bad.exit_code, 1);
  CAF_CHECK(holds(bad.err, "the old ones hold"));
  CAF_CHECK(holds(bad.err, "log.max_files is 0"));
  CAF_CHECK_EQUAL(daemons().size(), 1u);
  // Every second is stored or told: nothing went missing with the actors that were started anew.
  std::this_thread::sleep_for(2s);
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK_EQUAL(seen["state"], "running");
  CAF_CHECK_EQUAL(seen["samples_missed"].get<int>(), 0);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
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

CAF_TEST(a data folder that cannot be used is one sentence) {
  const auto refused = [this](const char* why) {
    const auto result = call({"start"});
    CAF_CHECK_EQUAL(result.exit_code, 1);
    CAF_CHECK_EQUAL(result.out, "");
    CAF_CHECK(holds(result.err, why));
    CAF_CHECK_EQUAL(std::count(result.err.begin(), result.err.end(), '\n'), 1);
    CAF_CHECK_EQUAL(status(), 3);
  };
  std::ofstream{data} << "a file";
  refused("is not a folder");
  CAF_CHECK_EQUAL(content_of(data), "a file");
  fs::remove(data);
  fs::create_directory(data);
  fs::permissions(data, fs::perms::all);
  refused("everybody may write to it");
  if (::geteuid() == 0) {
    fs::permissions(data, fs::perms::owner_all);
    CAF_CHECK_EQUAL(::chown(data.c_str(), 12345, 12345), 0);
    refused("belongs to user 12345");
  }
}

CAF_TEST(a daemon of another user is neither seen nor stopped) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("needs root to become another user");
    return;
  }
  const auto pid = start();
  for (const auto* verb : {"stop", "status", "reload"}) {
    const auto result = run_program({verb, "--data", data.string()}, 12345);
    CAF_CHECK(result.exit_code != 0);
    CAF_CHECK(identity_of(pid).has_value());
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
