#define CAF_SUITE transfer_fully

#include "actors/host/transfer_fully.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/owned_pipe.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <thread>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(what is written to a file is read from it as far as it reaches) {
  const temporary_folder folder;
  const owned_descriptor file{::open((folder.path / "x").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  CAF_REQUIRE(write_fully(file.get(), "0123456789"));
  CAF_REQUIRE(write_fully(file.get(), "ab", 4));
  std::string room(64, '\0');
  CAF_CHECK_EQUAL(read_fully(file.get(), room.data(), room.size(), 2).size, 8u);
  CAF_CHECK_EQUAL(room.substr(0, 8), "23ab6789");
  CAF_CHECK_EQUAL(read_fully(file.get(), room.data(), 3, 0).size, 3u);
  CAF_CHECK_EQUAL(read_fully(file.get(), room.data(), room.size()).size, 0u); // it stands at the end
}

CAF_TEST(what a pipe gives and takes in parts is one) {
  auto pipe = open_pipe();
  const std::string all(1'000'000, 'x'); // more than a pipe holds
  std::thread writer{[&] {
    CAF_CHECK(write_fully(pipe.write.get(), all));
    pipe.write.reset();
  }};
  std::string room(all.size() + 1, '\0');
  const auto got = read_fully(pipe.read.get(), room.data(), room.size());
  writer.join();
  CAF_CHECK_EQUAL(got.size, all.size());
  CAF_CHECK_EQUAL(got.error, 0);
}

CAF_TEST(what fails says why) {
  char room = 0;
  const auto got = read_fully(-1, &room, 1);
  CAF_CHECK_EQUAL(got.size, 0u);
  CAF_CHECK_EQUAL(got.error, EBADF);
  CAF_CHECK(!write_fully(-1, "x"));
  CAF_CHECK_EQUAL(errno, EBADF);
}
