// A witness that hangs for ever in a file system that does not answer holds up nothing.
#define CAF_SUITE stuck_witness_linux

#include "actors/host/start_process.hpp"

#include "support/daemon.hpp"
#include "support/hanging_disk.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// @returns which mounts a process sees; empty if it has ended.
std::string mounts_seen_by(const std::filesystem::path& process) {
  std::error_code gone;
  return std::filesystem::read_symlink(process / "ns/mnt", gone).string();
}

/// @returns how many witness children of daemons of this test there are: those that see its disk, or whose parent does,
/// as one that ended and was not waited for sees nothing.
int count_witnesses() {
  const auto own = mounts_seen_by("/proc/thread-self");
  int result = 0;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", gone}) {
    std::string words, name, state;
    // A process that ends meanwhile has no first word.
    for (std::ifstream in{entry.path() / "cmdline"}; std::getline(in, name, '\0');)
      words += name + '\0';
    if (words.find(std::string{"\0witness\0", 9}) != words.npos)
      result += mounts_seen_by(entry.path()) == own;
    else if (words.empty()) {
      int parent = 0;
      std::ifstream{entry.path() / "stat"} >> words >> name >> state >> parent;
      result += name == "(pmactor)" && mounts_seen_by("/proc/" + std::to_string(parent)) == own;
    }
  }
  return result;
}

} // namespace

CAF_TEST(a daemon whose witness hangs in a file system stops within a second each time) {
  // More rounds by PMACTOR_STOPS, for those who have the time.
  const auto* asked = std::getenv("PMACTOR_STOPS");
  const int times = asked == nullptr ? 5 : std::atoi(asked);
  const test_home home;
  hanging_disk disk{home.folder.path / "disk", "/bin/sleep"};
  if (!disk.obstacle().empty()) {
    CAF_MESSAGE("SKIPPED: " << disk.obstacle());
    return;
  }
  disk.hang();
  disk.hang_at_statfs();
  process_order order; // the witness asks a file system that others wait for
  order.command = {"/bin/cat", disk.program()};
  const running_process reader{order};
  CAF_REQUIRE(soon([&] { return disk.is_asked(); }));
  const int witnesses = count_witnesses();
  for (int i = 0; i < times; ++i) {
    const int before = disk.sizes_asked();
    daemon_process daemon{home};
    daemon.wait_until_ready();
    CAF_REQUIRE(soon([&] { return disk.sizes_asked() > before; }, 30s));
    const auto end = daemon.stop();
    CAF_REQUIRE(end.has_value());
    CAF_CHECK_EQUAL(end->exit_code, 0);
    CAF_CHECK_LESS_OR_EQUAL(end->took, 1s);
    CAF_CHECK(soon([&] { return count_witnesses() <= witnesses; }));
  }
}
