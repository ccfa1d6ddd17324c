#include "app/web/listen.hpp"

#include "app/views/escape.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace pmactor::web {
namespace {

constexpr int most_inherited = 8;
constexpr int backlog = 64;

union any_address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un local;
};

/// @returns the address of a socket; a local one has the host "unix".
listen_address address_of(int socket) {
  any_address found{};
  socklen_t size = sizeof found;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getsockname(socket, &found.any, &size) != 0)
    return {};
  if (found.any.sa_family == AF_INET
      && ::inet_ntop(AF_INET, &found.v4.sin_addr, text.data(), text.size()) != nullptr)
    return {text.data(), ntohs(found.v4.sin_port)};
  if (found.any.sa_family == AF_INET6
      && ::inet_ntop(AF_INET6, &found.v6.sin6_addr, text.data(), text.size()) != nullptr)
    return {text.data(), ntohs(found.v6.sin6_port)};
  return {found.any.sa_family == AF_UNIX ? "unix" : "", 0};
}

} // namespace

std::optional<listen_address> parse_listen_address(std::string_view text,
                                                   std::uint16_t default_port) {
  listen_address result{std::string{text}, default_port};
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos)
      return std::nullopt;
    result.host = std::string{text.substr(1, end - 1)};
    port = text.substr(end + 1);
  } else if (const auto colon = text.find(':');
             colon != text.npos && text.find(':', colon + 1) == text.npos) {
    result.host = std::string{text.substr(0, colon)};
    port = text.substr(colon);
  }
  if (!port.empty()) {
    const auto [end, problem] =
      std::from_chars(port.data() + 1, port.data() + port.size(), result.port);
    if (port.front() != ':' || problem != std::errc{} || end != port.data() + port.size())
      return std::nullopt;
  }
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  const bool is_address = ::inet_pton(AF_INET, result.host.c_str(), parsed.data()) == 1
                          || ::inet_pton(AF_INET6, result.host.c_str(), parsed.data()) == 1;
  return is_address ? std::optional{result} : std::nullopt;
}

listening_socket listen_on(const listen_address& x) {
  const auto name =
    (x.host.find(':') != x.host.npos ? '[' + x.host + ']' : x.host) + ':' + std::to_string(x.port);
  const auto fail = [&name](int why) {
    throw std::runtime_error(
      "Cannot listen on " + escaped(name) + ": " + std::generic_category().message(why)
      + (why == EADDRINUSE ? ". Another program does; choose another port with --listen." : "."));
  };
  any_address wanted{};
  socklen_t size = sizeof wanted.v4;
  if (::inet_pton(AF_INET, x.host.c_str(), &wanted.v4.sin_addr) == 1) {
    wanted.v4.sin_family = AF_INET;
    wanted.v4.sin_port = htons(x.port);
  } else if (::inet_pton(AF_INET6, x.host.c_str(), &wanted.v6.sin6_addr) == 1) {
    wanted.v6.sin6_family = AF_INET6;
    wanted.v6.sin6_port = htons(x.port);
    size = sizeof wanted.v6;
  } else {
    fail(EINVAL);
  }
  listening_socket result{owned_descriptor{::socket(wanted.any.sa_family, SOCK_STREAM, 0)}, {}};
  const int fd = result.socket.get();
  if (fd < 0)
    fail(errno);
  const int yes = 1;
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (wanted.any.sa_family == AF_INET6) // one socket, one kind of address
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (::bind(fd, &wanted.any, size) != 0 || ::listen(fd, backlog) != 0)
    fail(errno);
  result.address = address_of(fd);
  return result;
}

int count_inherited_sockets() {
  const auto number_in = [](const char* name) {
    int result = 0;
    if (const char* text = std::getenv(name); text != nullptr)
      std::from_chars(text, text + std::strlen(text), result);
    return result;
  };
  return number_in("LISTEN_PID") == ::getpid() ? std::clamp(number_in("LISTEN_FDS"), 0, most_inherited) : 0;
}

std::vector<listening_socket> inherited_sockets() {
  const int count = count_inherited_sockets();
  for (const auto* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
    ::unsetenv(name);
  std::vector<listening_socket> result;
  for (int fd = first_inherited_socket; fd < first_inherited_socket + count; ++fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
      throw std::runtime_error(
        "Descriptor " + std::to_string(fd)
        + " was handed down to listen on and does not; look at the socket unit.");
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    result.push_back({owned_descriptor{fd}, address_of(fd)});
  }
  return result;
}

} // namespace pmactor::web
