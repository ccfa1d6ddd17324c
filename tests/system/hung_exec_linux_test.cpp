// A program that lies on a disk that does not answer: whoever starts it goes on.
#define CAF_SUITE hung_exec_linux

#include "actors/host/run_process.hpp"
#include "actors/notifier/delivery_thread.hpp"
#include "actors/notifier/test_message.hpp"
#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/powermetrics_reader/start_sampler.hpp"
#include "actors/witness_keeper/witness_child.hpp"

#include "support/daemon.hpp"
#include "support/hanging_disk.hpp"
#include "support/tasks_of_mounts.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  temporary_folder folder;
  hanging_disk disk{folder.path / "disk", "/bin/sleep"};
  const bool is_here = disk.obstacle().empty();

  fixture() {
    if (!is_here)
      CAF_MESSAGE("SKIPPED: " << disk.obstacle());
    else
      disk.hang();
  }

  template <class F>
  static std::chrono::nanoseconds time(F f) {
    const auto began = std::chrono::steady_clock::now();
    f();
    return std::chrono::steady_clock::now() - began;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(hung_exec_tests, fixture)

CAF_TEST(its limit is kept and it is left behind) {
  if (!is_here)
    return;
  process_order order;
  order.command = {disk.program(), "60"};
  run_terms terms;
  terms.limit = 100ms;
  terms.grace = terms.patience = 100ms;
  cancellation cancel;
  run_end end;
  CAF_CHECK(time([&] { end = run_process(order, terms, cancel); }) < 2s);
  CAF_CHECK(disk.is_asked());
  CAF_CHECK(end.timed_out);
  CAF_CHECK(!end.begun);
}

CAF_TEST(it holds on to none of our locks) {
  if (!is_here)
    return;
  const auto file = (folder.path / "lock").string();
  owned_descriptor lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  CAF_REQUIRE_EQUAL(::flock(lock.get(), LOCK_EX), 0);
  process_order order;
  order.command = {disk.program(), "60"};
  running_process hung{order};
  CAF_REQUIRE(soon([this] { return disk.is_asked(); }));
  lock.reset();
  const owned_descriptor next{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
  CAF_CHECK_EQUAL(::flock(next.get(), LOCK_EX | LOCK_NB), 0);
}

CAF_TEST(a sampler child is started and dropped at once) {
  if (!is_here)
    return;
  std::unique_ptr<sampler_child> child;
  const auto output = std::make_shared<child_output>([] {});
  CAF_CHECK(time([&] { child = start_child_process({disk.program()}, output); }) < 100ms);
  CAF_CHECK(soon([this] { return disk.is_asked(); }));
  CAF_CHECK_EQUAL(child->pid(), 0);
  CAF_CHECK(time([&] { child.reset(); }) < 500ms);
}

CAF_TEST(a witness child is started and dropped at once) {
  if (!is_here)
    return;
  std::unique_ptr<witness_child> child;
  CAF_CHECK(time([&] { child = start_witness_process({}, disk.program()); }) < 100ms);
  CAF_CHECK(soon([this] { return disk.is_asked(); }));
  CAF_CHECK_EQUAL(child->ended(), ""); // as far as is known it begins
  CAF_CHECK_EQUAL(child->page().mark.load(), 0u);
  CAF_CHECK(time([&] { child.reset(); }) < 100ms);
}

CAF_TEST(a delivery takes messages and ends in time) {
  if (!is_here)
    return;
  delivery_policy policy;
  policy.desktop = false;
  policy.command = {disk.program()};
  policy.command_timeout = 1000s;
  auto delivery = start_delivery_thread(policy);
  delivery->deliver(test_message(notice_kind::pause));
  CAF_CHECK(soon([this] { return disk.is_asked(); }));
  CAF_CHECK(time([&] { delivery.reset(); }) < longest_farewell + 300ms);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a daemon whose sampler and command hang goes on and stops within a second) {
  const test_home home;
  hanging_disk disk{home.folder.path / "disk", "/bin/sleep"};
  hanging_disk other{home.folder.path / "other", "/bin/sleep"};
  if (!disk.obstacle().empty()) {
    CAF_MESSAGE("SKIPPED: " << disk.obstacle());
    return;
  }
  disk.hang();
  other.hang();
  daemon_process daemon{home, "[powermetrics]\ncommand = [\"" + disk.program()
                                + "\", \"60\"]\n[notifications]\ndesktop = false\nsettle = 0\n"
                                  "pause_min_duration = 1\ncommand = [\""
                                + other.program() + "\"]\n"};
  daemon.wait_until_ready();
  CAF_CHECK(disk.is_asked());
  // A pause is found, and its notice hangs.
  daemon.send(SIGSTOP);
  std::this_thread::sleep_for(4s);
  daemon.send(SIGCONT);
  CAF_CHECK(soon([&] { return daemon.count("SELECT count(*) FROM events WHERE kind = 'pause'") > 0; }));
  CAF_CHECK(soon([&] { return other.is_asked(); }));
  const auto samples = daemon.count("SELECT count(*) FROM samples");
  CAF_CHECK(soon([&] { return daemon.count("SELECT count(*) FROM samples") > samples; }));
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
  CAF_CHECK(end->took < 1s);
}

CAF_TEST(a daemon whose own program lies on a disk that hangs loses its witness and goes on) {
  const test_home home;
  hanging_disk disk{home.folder.path / "disk", PMACTOR_PROGRAM};
  if (!disk.obstacle().empty()) {
    CAF_MESSAGE("SKIPPED: " << disk.obstacle());
    return;
  }
  disk.keep_pages(); // what starts our program again must not be what takes its pages
  daemon_process daemon{home, "[powermetrics]\nenabled = false\n", {}, disk.program()};
  daemon.wait_until_ready();
  const auto count_samples = [&daemon] { return daemon.count("SELECT count(*) FROM samples"); };
  const auto lacks = [&daemon] {
    const auto keeper = daemon.actor("witness-keeper");
    return keeper ? keeper->degraded : "there is no keeper";
  };
  CAF_REQUIRE(soon([&] { return lacks().empty() && count_samples() > 5; }, 60s)); // what it needs is in memory
  const auto tasks = tasks_of_own_mounts();
  const auto witness
    = std::find_if(tasks.begin(), tasks.end(), [](const seen_task& x) { return x.name == "pm-witness"; });
  CAF_REQUIRE(witness != tasks.end());
  disk.hang();
  CAF_REQUIRE_EQUAL(::kill(std::stoi(witness->place.filename().string()), SIGKILL), 0);
  CAF_CHECK(soon([&] { return disk.is_asked(); })); // the next one hangs
  const auto samples = count_samples();
  CAF_CHECK(soon([&] { return count_samples() > samples + 2; }));
  CAF_CHECK(soon([&] { return lacks().find("does not begin") != std::string::npos; }, 30s));
  // A reload asks where our program lies, too.
  daemon.send(SIGHUP);
  const auto reloaded = count_samples();
  CAF_CHECK(soon([&] { return count_samples() > reloaded + 2; }));
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
  CAF_CHECK(end->took < 1s);
}

CAF_TEST(a daemon whose data folder does not answer ends at once when it is asked to) {
  const test_home home;
  hanging_disk disk{home.folder.path / "disk", "/bin/sleep"};
  if (!disk.obstacle().empty()) {
    CAF_MESSAGE("SKIPPED: " << disk.obstacle());
    return;
  }
  disk.take_nothing();
  process_order order;
  order.command = {PMACTOR_PROGRAM, "run", "--data", (home.folder.path / "disk/data").string()};
  run_terms terms;
  terms.look_period = 20ms;
  std::string waits_in;
  terms.begun = [&waits_in](pid_t pid) { waits_in = "/proc/" + std::to_string(pid) + "/wchan"; };
  terms.looked = [&waits_in] {
    std::string place;
    std::ifstream{waits_in} >> place;
    // Until it waits for the disk: to be answered, or for the mount to be begun.
    return place.find("request_wait") == place.npos && place.find("fuse_") == place.npos;
  };
  terms.grace = terms.limit = 5s;
  cancellation cancel;
  const auto end = run_process(order, terms, cancel);
  CAF_CHECK(end.refused);
  CAF_CHECK(end.what == process_exit::how::killed);
  CAF_CHECK_EQUAL(end.number, SIGTERM);
  CAF_CHECK(end.took < 3s);
}
