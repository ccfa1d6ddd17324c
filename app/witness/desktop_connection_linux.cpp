#include "app/witness/desktop_connection_linux.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "app/witness/find_x11_cookie.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <string>
#include <string_view>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

/// Gives this thread the rights of that user in file systems, and those of no group: what a user
/// put there must not be used with ours. Each thread has its own.
bool act_as(uid_t user) {
  if (::geteuid() != 0)
    return user == ::geteuid() || user == 0; // a server of root is asked with our own rights
  if (user == 0)
    return true;
  constexpr gid_t nogroup = 65534;
  constexpr auto as_it_is = static_cast<uid_t>(-1);
  if (::syscall(SYS_setgroups, 0, nullptr) != 0) // the library's own function is for all threads
    return false;
  ::setfsgid(nogroup);
  ::setfsuid(user);
  return static_cast<uid_t>(::setfsuid(as_it_is)) == user;
}

std::string read_file(const std::string& path) {
  std::array<char, 65536> room;
  return std::string{kept_file{path}.read(room)};
}

/// The machine's /tmp, also where the service has one of its own.
std::string seen_by_all(const std::string& path) {
  return "/proc/1/root" + path;
}

/// @returns who made this socket; absent if there is none.
std::optional<uid_t> user_of_socket(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISSOCK(facts.st_mode))
    return std::nullopt;
  return facts.st_uid;
}

owned_descriptor connect_to(const std::string& name, bool is_abstract) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t front = is_abstract ? 1 : 0;
  if (name.size() + front >= sizeof address.sun_path)
    return owned_descriptor{};
  std::copy(name.begin(), name.end(), address.sun_path + front);
  const auto size = offsetof(sockaddr_un, sun_path) + front + name.size() + (is_abstract ? 0 : 1);
  owned_descriptor result{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int code = 0;
  do
    code = ::connect(result.get(), reinterpret_cast<const sockaddr*>(&address),
                     static_cast<socklen_t>(size));
  while (code != 0 && errno == EINTR);
  return code == 0 ? std::move(result) : owned_descriptor{};
}

/// @returns the process that listened where this socket is connected to; absent if the kernel does not say.
std::optional<ucred> peer_of(int socket) {
  ucred result{};
  socklen_t size = sizeof result;
  if (socket < 0 || ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &result, &size) != 0)
    return std::nullopt;
  return result;
}

std::string home_of(uid_t user) {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  return ::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr
           ? found->pw_dir
           : "";
}

std::string folder_of(const ucred& process) {
  return "/proc/" + std::to_string(process.pid);
}

/// @returns the cookie for this display, or nothing: its server may let us in without one.
/// @param auth_file where the server itself has it; empty if that is not known.
std::string cookie_for(std::uint32_t display, const ucred& server, const std::string& auth_file) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const auto cookie_in = [&](const std::string& path) {
    return find_x11_cookie(read_file(path), display, host.data());
  };
  std::string result;
  if (!auth_file.empty()) {
    result = cookie_in(folder_of(server) + "/root" + auth_file);
    if (result.empty())
      result = cookie_in(auth_file);
  }
  const bool is_root = ::geteuid() == 0;
  if (const auto* file = is_root ? nullptr : std::getenv("XAUTHORITY");
      result.empty() && file != nullptr)
    result = cookie_in(file);
  if (const auto user = is_root ? server.uid : ::geteuid(); result.empty() && user != 0)
    result = cookie_in(home_of(user) + "/.Xauthority");
  return result;
}

} // namespace

desktop_connection::desktop_connection(desktop_place place,
                                       std::vector<std::uint32_t> compositor_users)
  : place_{std::move(place)}, compositor_users_{std::move(compositor_users)} {
}

void desktop_connection::open() {
  const bool is_open = connect() && ask();
  if (!is_open)
    socket_.reset();
  state_.store(is_open ? is::open : is::closed, std::memory_order_release);
}

bool desktop_connection::round_trip() {
  const bool result = ask();
  if (!result)
    state_.store(is::closed, std::memory_order_release);
  return result;
}

bool desktop_connection::connect() {
  if (place_.speaks == desktop_place::protocol::x11)
    return connect_x11();
  if (!place_.user || !act_as(*place_.user) || user_of_socket(place_.socket) != place_.user)
    return false;
  wire_ = std::make_unique<wayland_wire>();
  socket_ = connect_to(place_.socket, false);
  if (const auto server = peer_of(socket_.get()))
    server_ = server->pid;
  return socket_.get() >= 0;
}

bool desktop_connection::connect_x11() {
  std::optional<uid_t> user;
  auto path = place_.socket;
  if (place_.has_path) {
    user = user_of_socket(path);
    if (!user)
      user = user_of_socket(path = seen_by_all(path));
  }
  // A path that we cannot see is no way in.
  const bool by_path = user.has_value();
  if ((!by_path && !place_.is_abstract) || may_be_xwayland(user, compositor_users_))
    return false;
  socket_ = connect_to(by_path ? path : place_.socket, !by_path);
  const auto server = peer_of(socket_.get());
  if (!server || !act_as(server->uid))
    return false;
  server_ = server->pid;
  const auto options = parse_x11_options(read_file(folder_of(*server) + "/cmdline"));
  if (options.ends_with_last_client) // which would be us
    return false;
  wire_ = std::make_unique<x11_wire>(cookie_for(place_.number, *server, options.auth_file));
  return true;
}

bool desktop_connection::ask() {
  const auto question = wire_->question();
  // It is short, and the server has read the one before: there is room for all of it.
  if (::send(socket_.get(), question.data(), question.size(), MSG_NOSIGNAL)
      != static_cast<ssize_t>(question.size()))
    return false;
  // Events since the last question come before the answer; but a server may send for ever.
  constexpr std::size_t most = 16u << 20;
  std::array<char, 4096> room{};
  for (std::size_t received = 0; received < most;) {
    const auto count = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    received += static_cast<std::size_t>(count);
    switch (wire_->take({room.data(), static_cast<std::size_t>(count)})) {
      case desktop_answer::whole:
        return true;
      case desktop_answer::refused:
        return false;
      case desktop_answer::awaited:
        break;
    }
  }
  return false;
}

} // namespace pmactor
