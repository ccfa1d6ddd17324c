#include "app/instance/process_handle.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <sys/event.h>
#include <sys/time.h>
#include <sys/types.h>
#include <system_error>

namespace pmactor {

std::optional<process_handle> process_handle::open(const process_identity& process) {
  if (process.pid <= 1)
    return std::nullopt;
  process_handle result{process, ::kqueue()};
  if (result.fd_.get() < 0)
    throw std::system_error(errno, std::generic_category(), "cannot watch a process");
  struct kevent change {};
  EV_SET(&change, static_cast<uintptr_t>(process.pid), EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (::kevent(result.fd_.get(), &change, 1, nullptr, 0, nullptr) != 0) {
    if (errno == ESRCH)
      return std::nullopt;
    throw std::system_error(errno, std::generic_category(),
                            "cannot take hold of process " + std::to_string(process.pid));
  }
  if (identity_of(process.pid) != process)
    return std::nullopt;
  return result;
}

int process_handle::send(int signal) const {
  // Between this look and the kill lie microseconds; macOS has no closer way.
  if (identity_of(process_.pid) != process_)
    return ESRCH;
  return ::kill(static_cast<pid_t>(process_.pid), signal) == 0 ? 0 : errno;
}

bool process_handle::ends_within(std::chrono::milliseconds patience) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left = std::max(std::chrono::nanoseconds{0},
                               std::chrono::nanoseconds{until - std::chrono::steady_clock::now()});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const struct timespec wait { seconds.count(), (left - seconds).count() };
    struct kevent event {};
    // The note comes once, so the process itself is asked too.
    const auto n = ::kevent(fd_.get(), nullptr, 0, &event, 1, &wait);
    if (n > 0 || identity_of(process_.pid) != process_)
      return true;
    if (n == 0 || errno != EINTR)
      return false;
  }
}

} // namespace pmactor
