// A witness that hangs for ever in a file system that does not answer holds up nothing.
#define CAF_SUITE stuck_witness_linux

#include "actors/host/start_process.hpp"

#include "support/daemon.hpp"
#include "support/hanging_disk.hpp"
#include "support/tasks_of_mounts.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <sys/syscall.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// @returns how many threads of daemons of this test there are: those that see its disk.
auto count_threads() {
  return tasks_of_own_mounts().size();
}

/// @returns whether a witness waits for the answer to a question that was asked before it came.
bool waits_for_earlier_question() {
  const auto all = tasks_of_own_mounts();
  return std::any_of(all.begin(), all.end(), [](const seen_task& x) {
    return x.name == "pm-probe" && is_in_call(x, SYS_flock);
  });
}

struct fixture {
  const test_home home;
  const temporary_folder runtime{"/dev/shm"}; ///< Only in memory questions are locked.
  hanging_disk disk{home.folder.path / "disk", "/bin/sleep"};
  const bool is_here = disk.obstacle().empty() && lies_in_memory(runtime.path);
  std::optional<running_process> reader;

  fixture() {
    ::setenv("XDG_RUNTIME_DIR", runtime.path.c_str(), 1);
    if (!is_here)
      CAF_MESSAGE("SKIPPED: " << (disk.obstacle().empty() ? "/dev/shm is no memory" : disk.obstacle()));
  }

  void hang() {
    disk.hang();
    disk.hang_at_statfs();
    process_order order; // the witness asks a file system that others wait for
    order.command = {"/bin/cat", disk.program()};
    reader.emplace(order);
    CAF_REQUIRE(soon([&] { return disk.is_asked(); }));
  }

  /// @returns what was captured of the file systems whose other end may not answer, once a capture is whole.
  std::string evidence() const {
    std::error_code none;
    for (const auto& folder : std::filesystem::directory_iterator{home.data / "events", none})
      if (!folder.path().filename().string().starts_with('.')) {
        std::ifstream in{folder.path() / "remote_mounts.json"};
        return in ? std::string{std::istreambuf_iterator<char>{in}, {}} : "nothing";
      }
    return {};
  }

  static void stop(daemon_process& daemon) {
    const auto end = daemon.stop();
    CAF_REQUIRE(end.has_value());
    CAF_CHECK_EQUAL(end->exit_code, 0);
    CAF_CHECK_LESS_OR_EQUAL(end->took, 1s);
    // What asked first cannot be ended, and stays the only one.
    CAF_CHECK(soon([] { return count_threads() <= 1; }));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(stuck_witness_tests, fixture)

CAF_TEST(a daemon whose witness hangs in a file system stops within a second each time and one thread is left) {
  // More rounds by PMACTOR_STOPS, for those who have the time.
  const auto* asked = std::getenv("PMACTOR_STOPS");
  const int times = asked == nullptr ? 5 : std::atoi(asked);
  if (!is_here)
    return;
  hang();
  for (int i = 0; i < times; ++i) {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    // The first one asks; the others find that it was not answered.
    CAF_REQUIRE(soon([&] { return i == 0 ? disk.sizes_asked() > 0 : waits_for_earlier_question(); }, 30s));
    stop(daemon);
  }
  CAF_CHECK_EQUAL(disk.sizes_asked(), 1);
}

CAF_TEST(a daemon that took the evidence of a file system that hangs stops within a second) {
  if (!is_here)
    return;
  hang();
  daemon_process daemon{home};
  daemon.wait_until_ready();
  CAF_REQUIRE(soon([&] { return !evidence().empty(); }, 60s));
  CAF_CHECK(evidence().find("an earlier question") != std::string::npos); // that of the witness
  CAF_CHECK_EQUAL(disk.sizes_asked(), 1);
  stop(daemon);
}

CAF_TEST_FIXTURE_SCOPE_END()
