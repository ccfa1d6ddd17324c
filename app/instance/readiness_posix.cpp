#include "app/instance/readiness.hpp"

#include "actors/host/read_clock.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// @returns the variable's value, and removes it.
std::string take_variable(const char* name) {
  const auto* value = std::getenv(name);
  std::string result{value ? value : ""};
  ::unsetenv(name);
  return result;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t result = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (problem != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return result;
}

/// @returns a socket that is connected to the service manager; -1 if there is none.
int connect_to(const std::string& name) {
  struct sockaddr_un address {};
  if (name.size() < 2 || name.size() >= sizeof address.sun_path
      || (name[0] != '/' && name[0] != '@'))
    return -1;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@')
    address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0)
    return -1;
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  const auto size = static_cast<socklen_t>(offsetof(struct sockaddr_un, sun_path) + name.size());
  if (::connect(fd, reinterpret_cast<const struct sockaddr*>(&address), size) == 0)
    return fd;
  ::close(fd);
  return -1;
}

} // namespace

readiness::readiness(std::filesystem::path last_words) : last_words_(std::move(last_words)) {
  if (const auto fd = number(take_variable(ready_variable)); fd && *fd > 2 && *fd < 1024) {
    struct stat facts {};
    if (::fstat(static_cast<int>(*fd), &facts) == 0 && S_ISFIFO(facts.st_mode)) {
      pipe_ = static_cast<int>(*fd);
      ::fcntl(pipe_, F_SETFD, FD_CLOEXEC);
      ::fcntl(pipe_, F_SETFL, O_NONBLOCK);
    }
  }
  socket_ = connect_to(take_variable("NOTIFY_SOCKET"));
  const auto interval = number(take_variable("WATCHDOG_USEC"));
  const auto watched = take_variable("WATCHDOG_PID");
  if (interval && *interval > 0 && (watched.empty() || number(watched) == ::getpid()))
    watchdog_ = std::chrono::microseconds{*interval};
}

readiness::~readiness() {
  for (const int fd : {pipe_, socket_})
    if (fd >= 0)
      ::close(fd);
}

void readiness::notify(const std::string& words) const {
  if (socket_ >= 0)
    ::send(socket_, words.data(), words.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void readiness::let_go_of_starter() {
  const auto n = ::write(pipe_, &ready_word, 1);
  static_cast<void>(n); // it may have lost its patience and gone
  ::close(std::exchange(pipe_, -1));
  int fd =
    ::open(last_words_.c_str(),
           O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0)
    fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  ::close(fd);
}

void readiness::on_pulse(const progress& x) {
  pulses_without_past_ = count_pulses_without_past(pulses_without_past_, x);
  const bool is_first = !ready_ && is_ready(x, pulses_without_past_);
  if (is_first) {
    ready_ = true;
    if (pipe_ >= 0)
      let_go_of_starter();
  }
  if (socket_ < 0)
    return;
  std::string words = is_first ? "READY=1\n" : "";
  if (auto status = status_words(x); status != status_) {
    status_ = std::move(status);
    words += "STATUS=" + status_ + '\n';
  }
  if (watchdog_ > 0ns && is_alive(x))
    words += "WATCHDOG=1\n";
  if (!words.empty())
    notify(words);
}

void readiness::stopping() {
  notify("STOPPING=1\n");
}

void readiness::reloading() const {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(read_clock(CLOCK_MONOTONIC));
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us.count()) + '\n');
}

void readiness::reloaded() const {
  if (ready_)
    notify("READY=1\n");
}

} // namespace pmactor
