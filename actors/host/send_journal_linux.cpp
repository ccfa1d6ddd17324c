#include "actors/host/send_journal.hpp"

#include "actors/host/owned_descriptor.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace pmactor {

std::string send_journal(std::string_view entry, const std::string& socket) {
  struct sockaddr_un address {};
  if (socket.size() >= sizeof address.sun_path)
    return "has too long a path";
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  const owned_descriptor d{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (d.get() < 0)
    return std::strerror(errno);
  const auto sent = ::sendto(d.get(), entry.data(), entry.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const struct sockaddr*>(&address),
                             static_cast<socklen_t>(offsetof(struct sockaddr_un, sun_path) + socket.size() + 1));
  return sent < 0 ? std::strerror(errno) : "";
}

bool stderr_is_journal() {
  const auto* stream = std::getenv("JOURNAL_STREAM");
  if (stream == nullptr)
    return false;
  char* end = nullptr;
  const auto device = std::strtoull(stream, &end, 10);
  if (*end != ':')
    return false;
  const auto inode = std::strtoull(end + 1, nullptr, 10);
  struct stat facts {};
  return ::fstat(STDERR_FILENO, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode;
}

} // namespace pmactor
