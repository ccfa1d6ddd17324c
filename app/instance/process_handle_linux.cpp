#include "app/instance/process_handle.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <string>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {

std::optional<process_handle> process_handle::open(const process_identity& process) {
  if (process.pid <= 1)
    return std::nullopt;
  const auto fd = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0u));
  if (fd < 0) {
    if (errno == ESRCH)
      return std::nullopt;
    throw std::system_error(errno, std::generic_category(),
                            "cannot take hold of process " + std::to_string(process.pid));
  }
  process_handle result{process, fd};
  // The process that has this pid now has had it since before, as only the end of a process frees it: if it
  // is the one we mean, then so is the one that we hold.
  if (identity_of(process.pid) != process)
    return std::nullopt;
  return result;
}

int process_handle::send(int signal) const {
  return ::syscall(SYS_pidfd_send_signal, fd_.get(), signal, nullptr, 0u) == 0 ? 0 : errno;
}

bool process_handle::ends_within(std::chrono::milliseconds patience) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    struct pollfd watched {
      fd_.get(), POLLIN, 0
    };
    const auto n = ::poll(&watched, 1, std::max(0, static_cast<int>(left.count())));
    if (n > 0)
      return true;
    if (n == 0 || errno != EINTR)
      return false;
  }
}

} // namespace pmactor
