// One question at a time is open to what may not answer, whichever process asks.
#define CAF_SUITE question_lock

#include "actors/host/question_lock.hpp"
#include "actors/host/start_process.hpp"

#include "support/daemon.hpp"
#include "support/temporary_folder.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct fixture {
  temporary_folder folder;

  fixture() {
    ::chmod(folder.path.c_str(), 0700);
  }
  question_lock lock_of(std::string_view thing) const {
    return {folder.path.string(), thing};
  }
};

/// A process that has the descriptor of a lock.
process_order sleeper_with(const question_lock& lock) {
  process_order result;
  result.command = {"/bin/sleep", "60"};
  result.fourth = lock.descriptor();
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(question_lock_tests, fixture)

CAF_TEST(a second question to the same thing waits and one to another does not) {
  auto first = lock_of("mount 0:55"), second = lock_of("mount 0:55"), other = lock_of("mount 0:56");
  CAF_CHECK(first.try_take());
  CAF_CHECK(!second.try_take());
  CAF_CHECK(other.try_take());
  first.give_back();
  CAF_CHECK(second.try_take());
}

CAF_TEST(a question stays open for as long as a process lives that asked it) {
  auto lock = lock_of("mount 0:55");
  CAF_REQUIRE(lock.try_take());
  running_process child{sleeper_with(lock)};
  CAF_REQUIRE(soon([&] { return child.is_begun(); }));
  lock = question_lock{}; // as when the process that began it ends
  auto next = lock_of("mount 0:55");
  CAF_CHECK(!next.try_take());
  child.signal(SIGKILL);
  child.wait();
  CAF_CHECK(next.try_take());
}

CAF_TEST(an answer is one also while another process has the descriptor) {
  auto lock = lock_of("mount 0:55");
  CAF_REQUIRE(lock.try_take());
  running_process child{sleeper_with(lock)};
  CAF_REQUIRE(soon([&] { return child.is_begun(); }));
  lock.give_back();
  CAF_CHECK(lock_of("mount 0:55").try_take());
}

CAF_TEST(a link in place of the file or of the folder is not followed) {
  const auto target = folder.path / "target";
  std::ofstream{target} << "x";
  std::filesystem::create_symlink(target, folder.path / question_file("mount 0:55"));
  CAF_CHECK_LESS(lock_of("mount 0:55").descriptor(), 0);
  temporary_folder elsewhere;
  ::chmod(elsewhere.path.c_str(), 0700);
  std::filesystem::create_directory_symlink(elsewhere.path, folder.path / "folder");
  CAF_CHECK_LESS(question_lock((folder.path / "folder").string(), "mount 0:55").descriptor(), 0);
  CAF_CHECK(std::filesystem::is_empty(elsewhere.path));
}

CAF_TEST(nothing is locked in a folder to which others may write and all may ask) {
  ::chmod(folder.path.c_str(), 0777);
  auto first = lock_of("mount 0:55"), second = lock_of("mount 0:55");
  CAF_CHECK_LESS(first.descriptor(), 0);
  CAF_CHECK(first.try_take());
  CAF_CHECK(second.try_take());
  second.take(); // does not wait
}

CAF_TEST_FIXTURE_SCOPE_END()
