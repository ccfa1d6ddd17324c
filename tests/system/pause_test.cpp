#define CAF_SUITE pause

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/host/process_facts.hpp"

#include "support/daemon.hpp"

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  test_home home;
  daemon_process daemon{home};

  fixture() {
    daemon.wait_until_ready();
  }

  std::vector<event_row> events() {
    std::vector<event_row> result;
    event_range range;
    range.kinds = {"pause"};
    event_reader{home.where().database()}.events(range, [&result](const event_row& x) {
      result.push_back(x);
      return true;
    });
    return result;
  }

  /// Stops the daemon for a while. @returns for how long it really was.
  double stop_for(std::chrono::milliseconds length) {
    daemon.send(SIGSTOP);
    while (facts_of(daemon.pid()).value().state != 'T')
      std::this_thread::yield();
    const auto began = read_clocks().total;
    std::this_thread::sleep_for(length);
    const auto took = read_clocks().total - began;
    daemon.send(SIGCONT);
    return to_seconds(took);
  }

  /// Waits for an event that began after *after*, other than the host's own.
  std::optional<event_row> wait_for_stop(double after) {
    for (int i = 0; i < 500; ++i) {
      for (const auto& x : events())
        if (x.started.value_or(0) > after && x.cause == "stopped")
          return x;
      std::this_thread::sleep_for(20ms);
    }
    return std::nullopt;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(pause_tests, fixture)

CAF_TEST(a stopped daemon finds its own pause and says who woke it) {
  const auto began = to_seconds(read_clocks().wall) - 0.2;
  const auto length = stop_for(1500ms);
  const auto found = wait_for_stop(began);
  CAF_REQUIRE(found.has_value());
  CAF_CHECK_EQUAL(found->confidence, "high");
  // Half a beat, and what a busy machine takes to let it run again.
  CAF_CHECK_GREATER(found->duration.value_or(0), length - 0.06);
  CAF_CHECK_LESS(found->duration.value_or(0), length + 0.5);
  CAF_CHECK(found->evidence.find("process " + std::to_string(::getpid())) != std::string::npos);
  const auto end = daemon.stop();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK_EQUAL(end->exit_code, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
