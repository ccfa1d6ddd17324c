// A file system that never answers is asked by a process that is left behind, and by no second one.
#define CAF_SUITE ask_size_linux

#include "actors/host/ask_size.hpp"

#include "support/daemon.hpp"
#include "support/hanging_disk.hpp"
#include "support/tasks_of_mounts.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const auto go_on = [] { return false; };

/// @returns how many threads of this process wait for a file system.
auto count_own_waits() {
  const std::filesystem::directory_iterator all{"/proc/self/task"};
  return std::count_if(begin(all), end(all), [](const auto& x) { return is_in_call({x.path(), {}}, SYS_statfs); });
}

/// @returns how many processes of this test are left that ask.
auto count_askers() {
  return tasks_of_own_mounts().size();
}

} // namespace

CAF_TEST(a file system that answers is as large as it says to ourselves) {
  const temporary_folder folder;
  const auto direct = size_of(folder.path.c_str());
  const auto asked = ask_size(folder.path.string(), question_lock{}, 20s, go_on);
  CAF_REQUIRE(direct.size.has_value());
  CAF_REQUIRE(asked.size.has_value());
  CAF_CHECK_EQUAL(asked.size->size, direct.size->size);
  CAF_CHECK_EQUAL(asked.size->files, direct.size->files);
  CAF_CHECK_EQUAL(asked.problem, "");
}

CAF_TEST(what the system says against it is said) {
  const auto asked = ask_size("/nowhere/at/all", question_lock{}, 20s, go_on);
  CAF_CHECK(!asked.size);
  CAF_CHECK_EQUAL(asked.problem, size_of("/nowhere/at/all").problem);
  CAF_CHECK(!asked.is_silent);
}

CAF_TEST(one that never answers holds up one process and neither us nor who asks next) {
  const temporary_folder folder;
  ::chmod(folder.path.c_str(), 0700);
  const auto where = folder.path / "disk";
  hanging_disk disk{where, "/bin/sleep"};
  if (!disk.obstacle().empty()) {
    CAF_MESSAGE("SKIPPED: " << disk.obstacle());
    return;
  }
  disk.hang_at_statfs();
  const auto ask = [&](std::chrono::nanoseconds patience) {
    return ask_size(where.string(), question_lock{folder.path.string(), "mount 0:55"}, patience, go_on);
  };
  const auto first = ask(2s);
  CAF_CHECK(!first.size);
  CAF_CHECK(first.is_silent);
  CAF_CHECK_EQUAL(first.problem, "It did not answer.");
  CAF_CHECK(soon([&] { return disk.sizes_asked() == 1; }));
  CAF_CHECK_EQUAL(count_own_waits(), 0);
  CAF_CHECK_EQUAL(count_askers(), 1u);
  for (int i = 0; i < 3; ++i)
    CAF_CHECK_EQUAL(ask(1s).problem, "It has not answered an earlier question yet.");
  CAF_CHECK_EQUAL(disk.sizes_asked(), 1);
  CAF_CHECK(soon([] { return count_askers() == 1; })); // the others only waited, and ended by force
  const auto began = std::chrono::steady_clock::now();
  (void)ask_size(where.string(), question_lock{}, 60s, [] { return true; }); // the one who asks has no time
  CAF_CHECK(std::chrono::steady_clock::now() - began < 20s);
}

CAF_TEST(the process that asks takes the lock itself and we never have it) {
  const temporary_folder folder;
  ::chmod(folder.path.c_str(), 0700);
  const auto lock = [&] { return question_lock{folder.path.string(), "mount 0:55"}; };
  auto earlier = lock();
  CAF_REQUIRE(earlier.try_take());
  const auto waits_for_lock = [] {
    const auto all = tasks_of_own_mounts();
    return std::any_of(all.begin(), all.end(),
                       [](const seen_task& x) { return x.name == asker_name && is_in_call(x, SYS_flock); });
  };
  bool waited = false;
  const auto asked = ask_size(folder.path.string(), lock(), 20s, [&] {
    if (!waited && waits_for_lock()) {
      waited = true;
      earlier.give_back();
    }
    return false;
  });
  CAF_CHECK(waited);
  CAF_CHECK(asked.size.has_value());
}
