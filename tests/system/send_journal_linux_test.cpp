#define CAF_SUITE send_journal_linux

#include "actors/host/send_journal.hpp"

#include <array>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

/// Stands in for the journal.
struct journal_socket {
  temporary_folder folder;
  std::string path = (folder.path / "socket").string();
  int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);

  journal_socket() {
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    CAF_REQUIRE_EQUAL(::bind(fd, reinterpret_cast<struct sockaddr*>(&address), sizeof address), 0);
  }
  ~journal_socket() {
    ::close(fd);
  }
  std::string read() const {
    std::array<char, 65536> room{};
    const auto n = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
    return n > 0 ? std::string{room.data(), static_cast<std::size_t>(n)} : "";
  }
};

} // namespace

CAF_TEST(an entry arrives as one datagram) {
  journal_socket journal;
  CAF_CHECK_EQUAL(send_journal("MESSAGE=hello\nPRIORITY=4\n", journal.path), "");
  CAF_CHECK_EQUAL(journal.read(), "MESSAGE=hello\nPRIORITY=4\n");
}

CAF_TEST(a journal that is not there or does not read is said to be so at once) {
  CAF_CHECK_NOT_EQUAL(send_journal("MESSAGE=x\n", "/no/such/socket"), "");
  journal_socket journal;
  std::string why;
  for (int i = 0; i < 10000 && why.empty(); ++i)
    why = send_journal("MESSAGE=" + std::string(4000, 'x') + '\n', journal.path);
  CAF_CHECK_NOT_EQUAL(why, "");
}

CAF_TEST(stderr is the journal only if its very stream was promised) {
  struct stat facts {};
  CAF_REQUIRE_EQUAL(::fstat(STDERR_FILENO, &facts), 0);
  const auto own = std::to_string(facts.st_dev) + ':' + std::to_string(facts.st_ino);
  const auto says = [](const std::string& stream) {
    ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
    return stderr_is_journal();
  };
  CAF_CHECK(says(own));
  CAF_CHECK(!says(own + '1'));
  CAF_CHECK(!says("1:" + std::to_string(facts.st_ino)));
  for (const auto* wrong : {"", "x", ":", "12"})
    CAF_CHECK(!says(wrong));
  ::unsetenv("JOURNAL_STREAM");
  CAF_CHECK(!stderr_is_journal());
}
