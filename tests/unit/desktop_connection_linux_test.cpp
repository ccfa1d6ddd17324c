#define CAF_SUITE desktop_connection_linux

#include "app/witness/desktop_connection_linux.hpp"

#include "support/test.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace pmactor;
using namespace std::string_literals;

namespace {

/// A server at an abstract address, which gives each of its clients' messages the next of its
/// answers, and then hangs up.
struct fixture {
  std::string name = "pmactor-test-" + std::to_string(::getpid());
  owned_descriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::thread server;

  fixture() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path + 1);
    const auto size = offsetof(sockaddr_un, sun_path) + 1 + name.size();
    CAF_REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address),
                       static_cast<socklen_t>(size))
                == 0);
    CAF_REQUIRE(::listen(listener.get(), 4) == 0);
  }
  ~fixture() {
    if (server.joinable())
      server.join();
  }

  desktop_place place() const {
    desktop_place result;
    result.socket = name;
    result.is_abstract = true;
    return result;
  }

  void answer(std::vector<std::string> answers) {
    server = std::thread{[this, answers = std::move(answers)] {
      const owned_descriptor client{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
      std::array<char, 4096> room{};
      for (const auto& x : answers)
        if (::recv(client.get(), room.data(), room.size(), 0) > 0)
          (void)!::send(client.get(), x.data(), x.size(), MSG_NOSIGNAL);
    }};
  }
};

const auto let_in = "\1\0\0\0\0\0\0\0"s, keep_out = "\0\0\0\0\0\0\0\0"s;

/// The answer to request number 1 or 2, in either byte order.
std::string reply(std::uint16_t number) {
  std::string result(32, '\0');
  result[0] = 1;
  std::memcpy(result.data() + 2, &number, sizeof number);
  return result;
}

using is = desktop_connection::is;

} // namespace

CAF_TEST_FIXTURE_SCOPE(desktop_connection_tests, fixture)

CAF_TEST(a server that answers is open until it ends) {
  answer({let_in, reply(1), reply(2)});
  desktop_connection aut{place(), {}};
  CAF_CHECK(aut.state() == is::awaited);
  aut.open();
  CAF_CHECK(aut.state() == is::open);
  CAF_CHECK_EQUAL(aut.server(), ::getpid()); // which listens
  CAF_CHECK(aut.round_trip());
  CAF_CHECK(aut.round_trip());
  CAF_CHECK(!aut.round_trip());
  CAF_CHECK(aut.state() == is::closed);
}

CAF_TEST(a server that does not let us in is closed) {
  answer({keep_out});
  desktop_connection aut{place(), {}};
  aut.open();
  CAF_CHECK(aut.state() == is::closed);
}

CAF_TEST(a server that hangs up at once is closed) {
  answer({});
  desktop_connection aut{place(), {}};
  aut.open();
  CAF_CHECK(aut.state() == is::closed);
}

CAF_TEST(where nothing listens there is no server) {
  auto elsewhere = place();
  elsewhere.socket += "-none";
  desktop_connection aut{elsewhere, {}};
  aut.open();
  CAF_CHECK(aut.state() == is::closed);
}

CAF_TEST(what may be an Xwayland is not even connected to) {
  desktop_connection aut{place(), {1000}};
  aut.open();
  CAF_CHECK(aut.state() == is::closed);
  pollfd client{listener.get(), POLLIN, 0};
  CAF_CHECK_EQUAL(::poll(&client, 1, 0), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
