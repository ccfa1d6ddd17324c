#define CAF_SUITE kept_file

#include "actors/host/kept_file_linux.hpp"

#include "support/test.hpp"

#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>

using namespace pmactor;

CAF_TEST(a file is read from its start again and again) {
  const kept_file file{"/proc/self/comm"};
  std::array<char, 64> room{};
  const std::string first{file.read(room)};
  CAF_CHECK(!first.empty());
  CAF_CHECK_EQUAL(std::string{file.read(room)}, first);
}

CAF_TEST(a file that cannot seek is read once) {
  int ends[2];
  CAF_REQUIRE_EQUAL(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  CAF_REQUIRE_EQUAL(::write(ends[1], "1\n", 2), 2);
  const kept_file file{ends[0]};
  std::array<char, 64> room{};
  CAF_CHECK_EQUAL(std::string{file.read(room)}, "1\n");
  CAF_CHECK(file.read(room).empty());
  ::close(ends[1]);
}

CAF_TEST(what is not there is empty) {
  std::array<char, 64> room{};
  CAF_CHECK(kept_file{"/proc/self/no-such-file"}.read(room).empty());
  CAF_CHECK(kept_file{}.read(room).empty());
}
