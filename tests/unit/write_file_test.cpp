#define CAF_SUITE write_file

#include "app/instance/write_file.hpp"

#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

mode_t mode_of(const fs::path& file) {
  struct stat facts {};
  return ::lstat(file.c_str(), &facts) == 0 ? facts.st_mode : 0;
}

/// @returns the complaint; empty if there is none.
template <class Work>
std::string problem_of(Work work) {
  try {
    work();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

struct fixture {
  temporary_folder folder;
  fs::path file = folder.path / "file";

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder.path}, {}));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(write_file_tests, fixture)

CAF_TEST(a regular file is replaced as a whole and nothing is left beside it) {
  std::ofstream{file} << "what was there before";
  std::ofstream{folder.path / "file.new"} << "the user's";
  CAF_CHECK(write_file(file, "now", 0640));
  CAF_CHECK_EQUAL(content_of(file), "now");
  CAF_CHECK_EQUAL(mode_of(file) & 07777u, 0640u);
  CAF_CHECK_EQUAL(content_of(folder.path / "file.new"), "the user's");
  CAF_CHECK_EQUAL(entries(), 2u);
}

CAF_TEST(links stay and what they lead to is written) {
  fs::create_directory(folder.path / "far");
  fs::create_symlink("far/real", folder.path / "middle");
  fs::create_symlink("middle", file);
  for (const auto* words : {"begun", "replaced"}) { // the second time there is a file at its end
    CAF_CHECK(write_file(file, words, 0600));
    CAF_CHECK(S_ISLNK(mode_of(file)));
    CAF_CHECK_EQUAL(content_of(folder.path / "far/real"), words);
  }
  fs::create_symlink("round", folder.path / "round");
  CAF_CHECK(problem_of([&] { write_file(folder.path / "round", "x", 0600); }).find("symbolic link")
            != std::string::npos);
}

CAF_TEST(a pipe is written into and stays) {
  CAF_REQUIRE_EQUAL(::mkfifo(file.c_str(), 0600), 0);
  const std::string long_text(300'000, 'x'); // more than a pipe holds
  std::string read;
  std::thread reader{[&] { read = content_of(file); }};
  CAF_CHECK(!write_file(file, long_text, 0600));
  reader.join();
  CAF_CHECK(read == long_text);
  CAF_CHECK(S_ISFIFO(mode_of(file)));
}

CAF_TEST(a device is written into and stays) {
  const auto null = folder.path / "null", full = folder.path / "full";
  if (::mknod(null.c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0
      || ::mknod(full.c_str(), S_IFCHR | 0666, makedev(1, 7)) != 0) {
    CAF_MESSAGE("only root can make a device");
    return;
  }
  if (problem_of([&] { write_file(null, "x", 0600); }).find("denied") != std::string::npos) {
    CAF_MESSAGE("no device can be opened in this file system");
    return;
  }
  fs::create_symlink(null, file);
  CAF_CHECK(!write_file(file, "x", 0600));
  CAF_CHECK(S_ISCHR(mode_of(null)));
  CAF_CHECK(S_ISLNK(mode_of(file)));
  CAF_CHECK(problem_of([&] { write_file(full, "x", 0600); }).find("No space left")
            != std::string::npos);
  CAF_CHECK(S_ISCHR(mode_of(full)));
}

CAF_TEST(an open file is written behind what it holds) {
  const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY, 0600);
  CAF_REQUIRE_EQUAL(::write(fd, "head ", 5), 5);
  CAF_CHECK(!write_file("/dev/fd/" + std::to_string(fd), "tail", 0600));
  fs::create_symlink("/dev/fd/" + std::to_string(fd), folder.path / "link");
  CAF_CHECK(!write_file(folder.path / "link", "!", 0600));
  struct stat ours {
  }, there{};
  CAF_CHECK(::fstat(fd, &ours) == 0 && ::stat(file.c_str(), &there) == 0
            && ours.st_ino == there.st_ino);
  ::close(fd);
  CAF_CHECK_EQUAL(content_of(file), "head tail!");
}

CAF_TEST(a folder that the user named wrongly is not made) {
  const auto deep = folder.path / "none" / "file";
  CAF_CHECK(
    problem_of([&] { write_file(deep, "x", 0600, missing_folder::refuse); }).find(deep.string())
    != std::string::npos);
  CAF_CHECK_EQUAL(entries(), 0u);
  CAF_CHECK(write_file(deep, "x", 0600));
  CAF_CHECK_EQUAL(content_of(deep), "x");
  CAF_CHECK(problem_of([&] { write_file(folder.path, "x", 0600); }).find("directory")
            != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
