// The daemon under a service manager, which is notified by a socket as systemd is.
#define CAF_SUITE service

#include "support/daemon.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <regex>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  test_home home;
  int manager = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  std::string received;

  fixture() {
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const auto name = (home.folder.path / "notify").string();
    std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
    CAF_REQUIRE_EQUAL(
      ::bind(manager, reinterpret_cast<const struct sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "30000000", 1);
  }
  ~fixture() {
    ::close(manager);
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
  }

  /// @param pattern a regular expression.
  bool receives(const std::string& pattern) {
    const std::regex words{pattern};
    return soon([&] {
      char room[2048];
      for (;;) {
        const auto n = ::recv(manager, room, sizeof room, 0);
        if (n <= 0)
          break;
        received.append(room, static_cast<std::size_t>(n));
      }
      return std::regex_search(received, words);
    });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(the service manager receives the first sample and of life and of the end) {
  daemon_process daemon{home, "[sampling]\nnormal_interval = 1\n"};
  CAF_CHECK(receives("READY=1\n"));
  CAF_CHECK(receives("STATUS=[1-9][0-9]* samples stored"));
  CAF_CHECK(receives("WATCHDOG=1\n"));
  CAF_CHECK(daemon.view().report->samples_stored >= 1);
  received.clear();
  CAF_CHECK(receives("WATCHDOG=1\n")); // and again, as long as it lives
  daemon.send(SIGHUP);
  CAF_CHECK(receives("RELOADING=1\nMONOTONIC_USEC="));
  CAF_CHECK(receives("READY=1\n"));
  daemon.send(SIGTERM);
  CAF_CHECK(receives("STOPPING=1\n"));
  CAF_CHECK(daemon.wait_for_end().has_value());
}

CAF_TEST(a daemon that is held says nothing to the watchdog) {
  daemon_process daemon{home};
  CAF_CHECK(receives("WATCHDOG=1\n"));
  daemon.send(SIGSTOP);
  char room[2048];
  ::usleep(300'000);
  while (::recv(manager, room, sizeof room, 0) > 0)
    ;
  ::usleep(2'500'000);
  CAF_CHECK(::recv(manager, room, sizeof room, 0) < 0);
  daemon.send(SIGCONT);
  received.clear();
  CAF_CHECK(receives("WATCHDOG=1\n"));
}

CAF_TEST_FIXTURE_SCOPE_END()
