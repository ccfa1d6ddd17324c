#include "app/instance/log_echo.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pmactor {

std::string journal_line(log_level level, std::string_view text) {
  const char* priority = "<6>";
  switch (level) {
    case log_level::debug:
      priority = "<7>";
      break;
    case log_level::info:
      break;
    case log_level::warning:
      priority = "<4>";
      break;
    case log_level::error:
      priority = "<3>";
      break;
  }
  return priority + std::string{text};
}

bool line_writer::put(std::string_view line) const {
  auto text = std::string{line} + '\n';
  for (std::string_view rest = text; !rest.empty();) {
#ifdef MSG_NOSIGNAL
    constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
#else
    constexpr int flags = MSG_DONTWAIT;
#endif
    auto n = ::send(fd_, rest.data(), rest.size(), flags);
    if (n < 0 && errno == ENOTSOCK) {
      // A pipe that can be written to has room for a line.
      struct pollfd ready {fd_, POLLOUT, 0};
      if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0)
        return false;
      n = ::write(fd_, rest.data(), rest.size());
    }
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return rest.size() < text.size(); // half a line is no reason to write it twice
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

} // namespace pmactor
