#define CAF_SUITE run

#include "support/daemon.hpp"
#include "support/run_program.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>
#include <map>
#ifdef __linux__
#  include <sys/ptrace.h>
#  include <sys/resource.h>
#endif
#include <sys/wait.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Stores every second, whatever the machine does.
constexpr const char* every_second = "[sampling]\nnormal_interval = 1\n";

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

#ifdef __linux__
/// Whether a process runs `pmactor sample`. A child that has not become its program yet does not.
bool is_sampler(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/cmdline"};
  std::string program, verb;
  std::getline(in, program, '\0');
  std::getline(in, verb, '\0');
  return verb == "sample";
}

/// @returns the pids of the daemon's samplers, whichever of its threads started them.
std::vector<pid_t> samplers_of(pid_t pid) {
  std::vector<pid_t> result;
  std::error_code ignored;
  for (const auto& task :
       std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/task", ignored}) {
    std::ifstream in{task.path() / "children"};
    std::copy_if(std::istream_iterator<pid_t>{in}, {}, std::back_inserter(result), is_sampler);
  }
  return result;
}

/// Holds a thread of another process still, wherever it is; detached by destruction.
class held_thread {
public:
  explicit held_thread(pid_t thread) : thread_(thread) {
    if (::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) == 0
        && ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) == 0)
      is_held_ = ::waitpid(thread_, nullptr, __WALL) == thread_;
  }
  ~held_thread() {
    let_go();
  }
  held_thread(const held_thread&) = delete;
  held_thread& operator=(const held_thread&) = delete;
  /// @returns false where the kernel does not let a test do this.
  bool is_held() const {
    return is_held_;
  }
  /// Waits for the thread's end. Its process is not gone for good before its tracer knows.
  void await_end() {
    if (is_held_)
      ::waitpid(thread_, nullptr, __WALL);
    is_held_ = false;
  }
  void let_go() {
    if (is_held_)
      ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
    is_held_ = false;
  }

private:
  pid_t thread_;
  bool is_held_ = false;
};

pid_t storage_thread(const daemon_process& daemon) {
  return static_cast<pid_t>(daemon.actor("storage-writer").value().handler_thread);
}
#endif

} // namespace

CAF_TEST(a daemon runs and samples and ends in good order within a second) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  CAF_CHECK(daemon.wait_until([](const health_view& x) { return x.report->samples_stored >= 3; }));
  const auto seen = daemon.inspect();
  CAF_CHECK_EQUAL(seen.exit_code, 0);
  CAF_CHECK(says(seen.out, "pmactor is healthy"));
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
  CAF_CHECK(end->took < 1s);
  const auto after = daemon.inspect();
  CAF_CHECK_EQUAL(after.exit_code, 3);
  CAF_CHECK(says(after.out, "pmactor is not running: ended in good order"));
  const auto rows = daemon.count("SELECT count(*) FROM samples");
  CAF_CHECK(rows >= 3);
  CAF_CHECK_EQUAL(daemon.count("SELECT count(DISTINCT CAST(timestamp + 0.5 AS INTEGER)) FROM samples"), rows);
}

#ifdef __linux__
CAF_TEST(neither the daemon nor its sampler carries the libraries of single commands) {
  test_home home;
  daemon_process daemon{home};
  daemon.wait_until_ready();
  const auto carried = [](pid_t pid) {
    std::ifstream in{"/proc/" + std::to_string(pid) + "/maps"};
    const std::string maps{std::istreambuf_iterator<char>{in}, {}};
    CAF_CHECK(says(maps, "libcaf_core"));
    std::string result;
    for (const auto* library : {"libarchive", "libxml2", "libicu", "libmicrohttpd", "libgnutls", "libcurl"})
      if (says(maps, library))
        result += std::string{library} + ' ';
    return result;
  };
  CAF_CHECK_EQUAL(carried(daemon.pid()), "");
  const auto samplers = samplers_of(daemon.pid());
  CAF_REQUIRE_EQUAL(samplers.size(), 1u);
  CAF_CHECK_EQUAL(carried(samplers[0]), "");
}

CAF_TEST(what is only read of the program and its libraries stays in memory where the daemon may lock it) {
  if (::geteuid() != 0)
    return; // others may lock less than the program has
  test_home home;
  daemon_process daemon{home};
  daemon.wait_until_ready();
  const auto unlocked = [&daemon] {
    std::ifstream in{"/proc/" + std::to_string(daemon.pid()) + "/smaps"};
    std::string result, mapping;
    for (std::string line; std::getline(in, line);) {
      if (says(line, " r-xp ") && (says(line, "/libcaf_core") || says(line, PMACTOR_PROGRAM)))
        mapping = line.substr(line.find('/'));
      else if (line.starts_with("VmFlags:") && !mapping.empty()) {
        if (!says(line, " lo"))
          result += mapping + ' ';
        mapping.clear();
      }
    }
    return result;
  };
  CAF_CHECK(daemon.wait_until([&](const health_view&) { return unlocked().empty(); }));
  CAF_CHECK_EQUAL(unlocked(), "");
}

CAF_TEST(what finds a stall of the CPUs goes before ordinary programs and nothing else of the daemon does) {
  if (::geteuid() != 0)
    return; // only root may raise a priority
  test_home home;
  daemon_process daemon{home};
  daemon.wait_until_ready();
  std::map<std::string, int> niceness;
  for (const auto& task : std::filesystem::directory_iterator{"/proc/" + std::to_string(daemon.pid()) + "/task"}) {
    std::ifstream in{task.path() / "comm"};
    std::string name;
    std::getline(in, name);
    niceness[name] = ::getpriority(PRIO_PROCESS, static_cast<id_t>(std::stoul(task.path().filename().string())));
  }
  CAF_CHECK_EQUAL(niceness["caf.clock"], -10); // by which each look is due
  CAF_CHECK_EQUAL(niceness["caf.multiplexer"], -10);
  CAF_CHECK_EQUAL(::getpriority(PRIO_PROCESS, static_cast<id_t>(daemon.pid())), 0);
  CAF_CHECK_EQUAL(::getpriority(PRIO_PROCESS, static_cast<id_t>(storage_thread(daemon))), 0);
  const auto samplers = samplers_of(daemon.pid());
  CAF_REQUIRE_EQUAL(samplers.size(), 1u);
  CAF_CHECK_EQUAL(::getpriority(PRIO_PROCESS, static_cast<id_t>(samplers[0])), 0);
}
#endif

CAF_TEST(a second daemon of the same data is refused and the first goes on) {
  test_home home;
  daemon_process first{home, every_second};
  first.wait_until_ready();
  daemon_process second{home, every_second};
  const auto end = second.wait_for_end();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 1);
  CAF_CHECK(says(second.said(), "already runs"));
  CAF_CHECK(first.view().verdict.state == health_state::healthy);
  CAF_CHECK(first.view().report->daemon.pid == first.pid());
}

CAF_TEST(a daemon that was killed leaves a readable history and a successor goes on with it) {
  test_home home;
  std::int64_t before = 0;
  {
    daemon_process daemon{home, every_second};
    daemon.wait_until_ready();
    before = daemon.count("SELECT count(*) FROM samples");
    daemon.kill();
    const auto seen = daemon.inspect();
    CAF_CHECK_EQUAL(seen.exit_code, 2);
    CAF_CHECK(says(seen.out, "pmactor was killed: its process is gone without a goodbye"));
  }
  daemon_process successor{home, every_second};
  successor.wait_until_ready();
  CAF_CHECK_EQUAL(successor.inspect().exit_code, 0);
  CAF_CHECK(successor.count("SELECT count(*) FROM samples") > before);
}

CAF_TEST(a stopped daemon is reported as stopped and goes on when it may) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  daemon.send(SIGSTOP);
  CAF_CHECK(
    daemon.wait_until([](const health_view& x) { return x.verdict.state == health_state::stopped; }));
  CAF_CHECK_EQUAL(daemon.inspect().exit_code, 2);
  daemon.send(SIGCONT);
  CAF_CHECK(
    daemon.wait_until([](const health_view& x) { return x.verdict.state == health_state::healthy; }));
  CAF_CHECK(daemon.stop().has_value());
}

#ifdef __linux__ // children and threads of another process are to be seen on Linux only
CAF_TEST(a sampler that is killed is replaced and its end is reported) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon([&] { return samplers_of(daemon.pid()).size() == 1; }));
  const auto sampler = samplers_of(daemon.pid()).at(0);
  ::kill(sampler, SIGKILL);
  CAF_CHECK(soon([&] {
    const auto now = samplers_of(daemon.pid());
    return now.size() == 1 && now[0] != sampler;
  }));
  CAF_CHECK(says(daemon.log(), "sampler"));
  CAF_CHECK(daemon.stop().value().exit_code == 0);
}

CAF_TEST(a thread that hangs is seen by the mail that waits for it and loses nothing) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  held_thread hang{storage_thread(daemon)};
  if (!hang.is_held()) {
    CAF_MESSAGE("this kernel does not let a test hold a thread");
    return;
  }
  CAF_CHECK(daemon.wait_until([](const health_view& x) {
    return x.verdict.state == health_state::degraded || x.verdict.state == health_state::stuck;
  }));
  const auto seen = daemon.inspect();
  CAF_CHECK(seen.exit_code == 1 || seen.exit_code == 2);
  CAF_CHECK(says(seen.out, "! storage-writer: "));
  const auto taken = daemon.view().report->samples_taken;
  hang.let_go();
  CAF_CHECK(daemon.wait_until([taken](const health_view& x) {
    return x.verdict.state == health_state::healthy && x.report->samples_stored > taken;
  }));
  CAF_CHECK(daemon.view().report->samples_missed == 0);
  CAF_CHECK(daemon.stop().value().exit_code == 0);
}

CAF_TEST(a daemon whose sampler is stopped ends within a second and takes it along) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon([&] { return samplers_of(daemon.pid()).size() == 1; }));
  const auto sampler = samplers_of(daemon.pid()).at(0);
  ::kill(sampler, SIGSTOP);
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
  CAF_CHECK(end->took < 1s);
  CAF_CHECK(soon([&] { return ::kill(sampler, 0) != 0; }));
}

CAF_TEST(a daemon whose thread hangs ends within a second) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  held_thread hang{storage_thread(daemon)};
  if (!hang.is_held()) {
    CAF_MESSAGE("this kernel does not let a test hold a thread");
    return;
  }
  const auto asked = std::chrono::steady_clock::now();
  auto stop = std::async(std::launch::async, [&home] {
    return run_program({"stop", "--data", home.data.string()});
  });
  hang.await_end();
  const auto end = daemon.wait_for_end(1s);
  CAF_REQUIRE(end.has_value());
  const auto stopped = stop.get();
  CAF_CHECK_EQUAL(stopped.exit_code, 1);
  CAF_CHECK(says(stopped.err, "but not in good order: ended by force"));
  CAF_CHECK_EQUAL(end->exit_code, 3); // what its thread had not stored is lost
  CAF_CHECK(std::chrono::steady_clock::now() - asked < 1s);
  const auto seen = daemon.inspect();
  CAF_CHECK_EQUAL(seen.exit_code, 2);
  CAF_CHECK(says(seen.out, "ended by force"));
}

CAF_TEST(a daemon that cannot go on says so by its exit code also when its end is forced) {
  test_home home;
  daemon_process daemon{home, "[supervision]\nintensity = 3\n", {"--drill", "700"}};
  daemon.wait_until_ready();
  held_thread hang{storage_thread(daemon)};
  if (!hang.is_held()) {
    CAF_MESSAGE("this kernel does not let a test hold a thread");
    return;
  }
  hang.await_end();
  const auto end = daemon.wait_for_end(1s);
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 1);
  const auto seen = daemon.inspect();
  CAF_CHECK_EQUAL(seen.exit_code, 2);
  CAF_CHECK(says(seen.out, "pmactor has failed: "));
  CAF_CHECK(says(seen.out, "failed too often"));
}
#endif

CAF_TEST(the signal that the daemon sends itself ends nothing when another sends it) {
  test_home home;
  daemon_process daemon{home, every_second};
  daemon.wait_until_ready();
  const auto taken = daemon.view().report->samples_taken;
  daemon.send(SIGUSR1);
  CAF_CHECK(daemon.wait_until([taken](const health_view& x) {
    return x.verdict.state == health_state::healthy && x.report->samples_stored > taken + 1;
  }));
  CAF_CHECK(daemon.stop().value().exit_code == 0);
}
