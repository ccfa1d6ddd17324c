// The daemon in bad surroundings: its files vanish, threads are not to be had, another user is in the way; and
// a reload that restarts no more than it must.
#define CAF_SUITE supervision_of_a_daemon

#include "actors/host/list_children.hpp"
#include "actors/host/process_facts.hpp"
#include "app/instance/pid_file.hpp"

#include "support/background.hpp"
#include "support/daemon.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct fixture : background_home {
  nlohmann::json inspected() {
    return nlohmann::json::parse(call({"inspect", "--json"}).out);
  }

  /// @returns how often each actor was started.
  nlohmann::json incarnations() {
    nlohmann::json result;
    const auto page = inspected();
    for (const auto& x : page["actors"])
      result[x["name"].get<std::string>()] = x["generation"];
    return result;
  }

  std::vector<std::uint64_t> children_of(pid_t pid) {
    std::vector<std::uint64_t> result;
    for (const auto& x : facts_of_children(pid))
      result.push_back(x.start);
    return result;
  }
};

/// Runs a script. @returns its exit code.
int run_script(const std::string& script) {
  ::setenv("PROGRAM", PMACTOR_PROGRAM, 1);
  return WEXITSTATUS(std::system(("set -u; " + script).c_str()));
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(supervision_tests, fixture)

CAF_TEST(switching notifications off restarts the notifier alone and says so) {
  const auto pid = start();
  CAF_REQUIRE(soon([&] { return children_of(pid).size() == 2; })); // the sampler and the witness
  const auto before = incarnations();
  const auto children = children_of(pid);
  const auto off = call({"disable", "notifications"});
  CAF_CHECK_EQUAL(off.exit_code, 0);
  CAF_CHECK(holds(off.out, "1 setting changed (notifications.enabled); restarted: notifier"));
  auto expected = before;
  expected["notifier"] = before["notifier"].get<int>() + 1;
  CAF_CHECK_EQUAL(incarnations().dump(), expected.dump()); // no wait: it is acknowledged when it is up
  CAF_CHECK(children_of(pid) == children);
  const auto nothing = call({"reload"});
  CAF_CHECK_EQUAL(nothing.exit_code, 0);
  CAF_CHECK(holds(nothing.out, "no setting has changed; nothing had to be restarted"));
  CAF_CHECK_EQUAL(incarnations().dump(), expected.dump());
  CAF_CHECK(soon([&] { return holds(call({"logs", "-n", "1000"}).out, "restarted: notifier"); }));
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
}

CAF_TEST(a runtime folder that vanishes is made anew) {
  const auto pid = start();
  CAF_CHECK_EQUAL(call({"disable", "captures"}).exit_code, 0);
  CAF_REQUIRE(soon([&] { return inspected()["verdict"] == "healthy"; }));
  const auto stored = inspected()["coverage"]["stored"].get<int>();
  // What the folder held is remembered at the next pulse.
  const auto pulse = [&] { return inspected()["coverage"]["taken"].get<int>(); };
  const auto taken = pulse();
  CAF_REQUIRE(soon([&] { return pulse() >= taken + 2; }));
  fs::remove_all(where.runtime);
  CAF_CHECK_EQUAL(status(), 0);
  CAF_CHECK(holds(call({"start"}).out, "runs already, as process " + std::to_string(pid)));
  CAF_REQUIRE(soon([&] { return fs::exists(where.health_page()); }));
  CAF_CHECK(inspected()["coverage"]["stored"].get<int>() >= stored); // nothing is counted afresh
  CAF_CHECK(holds(call({"disable"}).out, "captures       off"));
  CAF_CHECK(soon([&] { return holds(call({"logs", "-n", "1000"}).out, "runtime-files-restored"); }));
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
  CAF_CHECK(!identity_of(pid));
  CAF_CHECK(!fs::exists(where.pid_file()));
}

CAF_TEST(a health page that is cut short ends neither the daemon nor its readers) {
  const auto pid = start();
  fs::resize_file(where.health_page(), 0);
  const auto blind = call({"inspect"}); // it may have been made anew already
  CAF_CHECK(blind.exit_code == 4 || blind.exit_code <= 1);
  CAF_CHECK(soon([&] {
    const auto seen = call({"inspect", "--json"});
    if (seen.exit_code != 0)
      return false;
    const auto x = nlohmann::json::parse(seen.out);
    return x["daemon"]["pid"] == pid && x["coverage"]["stored"].get<int>() > 0
           && x["actors"].size() >= 9 && x["actors"][0]["handled"].get<int>() > 0;
  }));
  CAF_CHECK(soon([&] { return holds(call({"logs", "-n", "1000"}).out, "health-page-restored"); }));
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
}

CAF_TEST(a log that loses lines is shown until it can be written again) {
  const auto pid = start();
  const auto file = where.log_file();
  fs::remove(file);
  fs::create_directory(file); // where not even root can write a line
  ::kill(pid, SIGHUP);        // which is logged
  CAF_CHECK(soon([&] {
    const auto seen = call({"inspect", "--json"});
    return seen.exit_code == 1 && holds(seen.out, "loses lines");
  }));
  fs::remove(file);
  CAF_CHECK(soon([&] { return call({"inspect"}).exit_code == 0; }));
  CAF_CHECK(holds(call({"logs", "-n", "1000"}).out, "log-lines-lost"));
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
}

CAF_TEST(the cost of the daemon has its sampler in it) {
  const auto pid = start();
  CAF_REQUIRE(soon([&] { return children_of(pid).size() == 2; })); // the sampler and the witness
  const auto alone = facts_of(pid)->memory.value_or(0);
  const auto seen = nlohmann::json::parse(call({"status", "--json"}).out);
  CAF_CHECK(seen["memory_bytes"].get<double>() > alone + 1e6);
  CAF_CHECK(holds(call({"status"}).out, "in 3 processes"));
  CAF_CHECK_EQUAL(inspected()["children"].size(), 2u);
  CAF_CHECK_EQUAL(call({"stop"}).exit_code, 0);
}

CAF_TEST(a daemon of another pid namespace is not called killed) {
  const auto script = "unshare --pid --fork --mount-proc \"$PROGRAM\" run --data '" + data.string()
                      + "' >'" + (folder.path / "said").string() + "' 2>&1 &";
  if (run_script("unshare --pid --fork --mount-proc true 2>/dev/null") != 0) {
    CAF_MESSAGE("this machine does not let a test have a pid namespace");
    return;
  }
  run_script(script);
  CAF_REQUIRE(soon([&] { return fs::exists(where.health_page()); }));
  CAF_CHECK(soon([&] { return call({"inspect"}).exit_code == 0; }));
  CAF_CHECK(holds(call({"inspect"}).out, "another pid or time namespace"));
  for (const auto pid : daemons())
    ::kill(pid, SIGKILL);
  CAF_CHECK(soon([&] { return call({"inspect"}).exit_code == 4; }));
  CAF_CHECK(holds(call({"inspect"}).out, "cannot be judged from here"));
}

CAF_TEST(without threads a start is refused in a sentence) {
  const auto said = (folder.path / "said").string();
  // As much memory as the program itself takes, and not enough for the stacks of all threads.
  const auto code = run_script("ulimit -s 65536; ulimit -v 400000; timeout 20 \"$PROGRAM\" run --data '"
                               + data.string() + "' >'" + said + "' 2>&1");
  CAF_CHECK_EQUAL(code, 1);
  CAF_CHECK(holds(content_of(said), "Cannot run: the daemon needs"));
}

CAF_TEST(a daemon that can start no more threads ends by SIGTERM) {
  if (::geteuid() != 0 || run_script("command -v setpriv prlimit >/dev/null") != 0) {
    CAF_MESSAGE("this takes root, setpriv and prlimit");
    return;
  }
  const uid_t other = 64003;
  fs::create_directories(data);
  fs::permissions(folder.path, static_cast<fs::perms>(0755));
  CAF_REQUIRE_EQUAL(::chown(data.c_str(), other, other), 0);
  const auto settings = folder.path / "settings.toml";
  std::ofstream{settings} << "[storage]\nkeep_samples = 30\n";
  fs::permissions(settings, static_cast<fs::perms>(0644));
  ::setenv("DATA", data.c_str(), 1);
  ::setenv("CONF", settings.c_str(), 1);
  const auto code = run_script(
    // A limit of another user's process takes a capability that a container's root lacks.
    "unset XDG_RUNTIME_DIR; OTHER='setpriv --reuid=64003 --regid=64003 --clear-groups'; "
    "$OTHER \"$PROGRAM\" run --data \"$DATA\" --config \"$CONF\" >/dev/null 2>&1 & P=$!; "
    "for i in $(seq 100); do [ -s \"$DATA/pmactor.db\" ] && break; kill -0 $P 2>/dev/null || exit 77; "
    "sleep 0.1; done; sleep 1; $OTHER prlimit --pid $P --nproc=1:1; "
    "printf '[storage]\\nkeep_samples = 29\\n' >\"$CONF\"; kill -HUP $P; sleep 1; kill -TERM $P; "
    "for i in $(seq 50); do kill -0 $P 2>/dev/null || { wait $P; exit $((10 + $?)); }; sleep 0.1; done; "
    "kill -KILL $P; exit 99");
  if (code == 77) {
    CAF_MESSAGE("another user may not run the program here");
    return;
  }
  CAF_CHECK(code == 10 || code == 13); // in good order or by force, but it ends
}

CAF_TEST_FIXTURE_SCOPE_END()
